package dev.nodepool.internal.keyscan;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Finds out whether machines can be reached, and by which host keys. Thread-safe; no call blocks. */
public interface HostKeys {

    /**
     * Tries again and again until the machine answers.
     *
     * @param limit how long from now, the time until it is its turn included
     * @return all host keys, {@code type base64} each; empty when the endpoint has none to give. Fails with
     *     {@link KeyScanException}, after the limit at the latest. Completes on any thread. Cancelling it ends the scan.
     */
    CompletableFuture<List<String>> scan(Endpoint endpoint, Duration limit);
}
