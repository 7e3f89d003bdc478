package dev.nodepool.internal.keyscan;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One look at an endpoint. */
interface KeySource {

    /**
     * Looks once, without blocking.
     *
     * @param attempt counts the looks at this endpoint from 0
     * @return all its keys, none when it has none to give; fails with whatever was in the way, after a bounded time.
     *     Cancelling it gives everything back.
     */
    CompletableFuture<List<String>> read(Endpoint endpoint, int attempt);
}
