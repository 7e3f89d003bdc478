package dev.nodepool.internal.launcher;

import dev.nodepool.internal.runtime.Threads;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes of providers that no launcher has: said once per provider, never touched. Without the provider's settings nobody
 * could delete their machines, and a record without its machine would hide the leak. Lives on the loop.
 */
final class UnmanagedNodes {

    private static final Logger LOG = LoggerFactory.getLogger(UnmanagedNodes.class);

    /** A launcher that starts again must not look like one that is gone for good. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Threads threads;
    private final NodeIndex nodes;
    private final Predicate<String> managed;
    private final Map<String, Double> since = new TreeMap<>();
    private final Set<String> said = new HashSet<>();

    /** @param managed whether this launcher or another one has a provider */
    UnmanagedNodes(Threads threads, NodeIndex nodes, Predicate<String> managed) {
        this.threads = threads;
        this.nodes = nodes;
        this.managed = managed;
    }

    /** Looks; to be called only when everything is known. */
    void check() {
        var providers = new HashSet<>(nodes.providers());
        providers.removeIf(managed);
        since.keySet().retainAll(providers);
        said.retainAll(providers);
        var now = threads.now();
        for (var provider : providers) {
            if (now - since.computeIfAbsent(provider, p -> now) >= PATIENCE.toSeconds() && said.add(provider)) {
                var left = nodes.ofProvider(provider);
                LOG.warn(
                        "{} nodes belong to provider {}, which no launcher has; they are left alone: {}",
                        left.size(),
                        provider,
                        Some.of(left));
            }
        }
    }

    /** How many nodes nobody looks after. */
    int count() {
        return unmanaged().mapToInt(name -> nodes.ofProvider(name).size()).sum();
    }

    List<String> remarks() {
        return unmanaged()
                .map(name ->
                        "no launcher has provider " + name + "; nodes left alone: " + Some.of(nodes.ofProvider(name)))
                .toList();
    }

    private Stream<String> unmanaged() {
        return said.stream()
                .filter(name -> !managed.test(name) && !nodes.ofProvider(name).isEmpty())
                .sorted();
    }
}
