package dev.nodepool.scenario;

import dev.nodepool.internal.keyscan.Endpoint;
import dev.nodepool.internal.keyscan.HostKeys;
import dev.nodepool.internal.keyscan.KeyScanException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Machines as scans see them: each answers at once unless the test says otherwise. */
final class Scans {

    static final List<String> KEYS = List.of("ssh-ed25519 AAAA", "ssh-rsa BBBB");

    /** A scan and the future of what it finds. */
    record Scan(Endpoint endpoint, Duration limit, CompletableFuture<List<String>> answer) {}

    private final List<Scan> all = new ArrayList<>();
    private int failures;
    private boolean silent;

    /** The next scans fail. */
    void failNext(int count) {
        failures = count;
    }

    /** From now on machines do not answer; the test does. */
    void silence() {
        silent = true;
    }

    /** All scans so far, also those that are over. */
    List<Scan> all() {
        return List.copyOf(all);
    }

    /** What one launcher scans with: a dead one hears of nothing. */
    HostKeys scanner(BooleanSupplier alive, Probe probe) {
        return (endpoint, limit) -> {
            var answer = new CompletableFuture<List<String>>();
            if (!alive.getAsBoolean()) {
                return answer;
            }
            probe.reached("scan", true);
            if (!alive.getAsBoolean()) {
                return answer;
            }
            all.add(new Scan(endpoint, limit, answer));
            probe.reached("scan", false);
            if (alive.getAsBoolean() && !silent) {
                answer(answer, endpoint);
            }
            return answer;
        };
    }

    private void answer(CompletableFuture<List<String>> answer, Endpoint endpoint) {
        if (failures > 0) {
            failures--;
            answer.completeExceptionally(new KeyScanException(endpoint + ": connection refused", null));
        } else {
            answer.complete(endpoint.hasKeys() ? KEYS : List.of());
        }
    }
}
