package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.model.RegisteredPool;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.listing.Listings;
import dev.nodepool.view.NodeView;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a provider or pool take nothing new, e.g. before its cloud is shut down for a while. */
@Command(
        name = "drain",
        description = "Let a provider or pool take nothing new until --undo; without one, list what is drained.")
final class DrainCommand extends DestructiveCommand {

    @Mixin
    private final ListingOptions listing = new ListingOptions();

    @Option(names = "--now", description = "Delete ready nodes that nobody has, now and later, too.")
    private boolean now;

    @Option(names = "--undo", description = "Let it take requests again.")
    private boolean undo;

    @Parameters(paramLabel = "PROVIDER[/POOL]", arity = "0..1", description = "What is drained.")
    private @Nullable String target;

    DrainCommand(NodepoolCommand nodepool, Library library, Questions questions) {
        super(nodepool, library, questions);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) throws IOException {
        if (target == null) {
            listing.print(out(), Listings.DRAINS, admin.drains().all());
            return;
        }
        int slash = target.indexOf('/');
        String provider = slash < 0 ? target : target.substring(0, slash);
        String pool = slash < 0 ? null : target.substring(slash + 1);
        if (undo) {
            admin.drains().undo(provider, pool);
            return;
        }
        List<RegisteredPool> serving = serving(admin, provider, pool);
        if (serving.isEmpty() && !configured(config, provider, pool)) {
            throw new IOException("no launcher serves " + target + ", and it is not configured here");
        }
        List<NodeView> nodes = admin.nodes().all().stream()
                .filter(view -> provider.equals(view.node().provider())
                        && (pool == null || pool.equals(view.node().pool())))
                .toList();
        if (now && !agreed("Drain %s and delete its ready nodes (%s)?".formatted(target, byState(nodes)))) {
            return;
        }
        admin.drains().drain(provider, pool, now);
        out().println("%s takes nothing new from now on; nodes: %s".formatted(target, byState(nodes)));
    }

    /** Old launchers do not tell the names of their pools. */
    private static List<RegisteredPool> serving(Admin admin, String provider, @Nullable String pool) {
        return admin.launchers().pools().stream()
                .filter(it -> it.provider().equals(provider)
                        && (pool == null || it.name().isEmpty() || it.name().equals(pool)))
                .toList();
    }

    private static boolean configured(NodepoolConfig config, String provider, @Nullable String pool) {
        return config.provider(provider)
                .filter(it -> pool == null
                        || it.pools().stream().anyMatch(known -> known.name().equals(pool)))
                .isPresent();
    }

    private static String byState(List<NodeView> nodes) {
        String counts = nodes.stream()
                .collect(Collectors.groupingBy(NodeView::state, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return counts.isEmpty() ? "none" : counts;
    }
}
