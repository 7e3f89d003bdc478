package dev.nodepool.internal.inventory;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Inventory;
import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.driver.Timer;
import dev.nodepool.internal.keyscan.Endpoint;
import dev.nodepool.internal.keyscan.HostKeys;
import dev.nodepool.internal.keyscan.KeyScanException;
import dev.nodepool.internal.provider.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Looks whether a host may be used: it is reached, and it is the one it should be. Thread-safe; blocks nobody. */
final class HostCheck {

    /** On top of the host's own time-out: for the look-up of its name. */
    private static final Duration LOOK_UP = Duration.ofSeconds(10);

    /** On top of the host's own time-out: each key type takes a connection, and others have their turn before. */
    private static final Duration SCAN = Duration.ofSeconds(10);

    private final Timer timer;
    private final HostKeys hostKeys;

    HostCheck(Timer timer, HostKeys hostKeys) {
        this.timer = timer;
        this.hostKeys = hostKeys;
    }

    /** Whether it is there at all. Fails with {@link DriverException}. */
    static CompletableFuture<Addresses> reach(Timer timer, Inventory inventory, Host host) {
        return Deadline.call(
                timer, host.timeout().plus(LOOK_UP), "reaching " + host.identity(), () -> inventory.probe(host));
    }

    /** All that its records need. Never fails. */
    CompletableFuture<Standing> check(Inventory inventory, Host host) {
        return reach(timer, inventory, host)
                .thenCompose(addresses -> keys(host).thenApply(keys -> judge(host, addresses, keys)))
                .exceptionally(failure -> new Standing.Down(why(failure)));
    }

    private CompletableFuture<List<String>> keys(Host host) {
        var endpoint =
                Endpoint.of(host.name(), host.access().port(), host.access().connectionType());
        if (!endpoint.hasKeys()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return host.checked()
                ? hostKeys.scan(endpoint, host.timeout().plus(SCAN))
                : CompletableFuture.completedFuture(host.hostKeys());
    }

    private static Standing judge(Host host, Addresses addresses, List<String> keys) {
        var endpoint =
                Endpoint.of(host.name(), host.access().port(), host.access().connectionType());
        if (host.checked() && endpoint.hasKeys()) {
            var shown = keys.stream().map(HostCheck::withoutComment).toList();
            for (var key : host.hostKeys()) {
                if (!shown.contains(withoutComment(key))) {
                    return new Standing.Down("it does not show the host key " + abridged(key) + " that it should have");
                }
            }
        }
        return new Standing.Up(addresses, keys, true);
    }

    /** Type and key; people append a comment. */
    private static String withoutComment(String key) {
        var parts = key.strip().split("\\s+", 3);
        return parts.length < 2 ? key.strip() : parts[0] + " " + parts[1];
    }

    private static String abridged(String key) {
        var text = withoutComment(key);
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    static String why(Throwable failure) {
        var cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof KeyScanException || cause instanceof DriverException
                ? String.valueOf(cause.getMessage())
                : String.valueOf(cause);
    }
}
