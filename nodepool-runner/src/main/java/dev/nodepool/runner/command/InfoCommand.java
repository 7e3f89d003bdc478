package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.listing.Listings;
import dev.nodepool.runner.listing.Listings.BuildRow;
import dev.nodepool.view.NodeView;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows all there is of a provider. */
@Command(name = "info", description = "Show all data of a provider in ZooKeeper.")
final class InfoCommand extends AdminCommand {

    private final InstantSource clock = InstantSource.system();

    @Mixin
    private final ListingOptions listing = new ListingOptions();

    @Parameters(paramLabel = "PROVIDER", description = "Name of the provider.")
    private String provider = "";

    InfoCommand(NodepoolCommand nodepool, Library library) {
        super(nodepool, library);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) {
        List<BuildRow> builds = Listings.builds(admin.images().all()).stream()
                .filter(row -> !row.uploadsTo(provider).isEmpty())
                .toList();
        List<NodeView> nodes = admin.nodes().all().stream()
                .filter(view -> provider.equals(view.node().provider()))
                .toList();
        if (listing.json()) {
            out().println("{\"image_data\": %s, \"nodes\": %s}"
                    .formatted(
                            Listings.uploadsOf(provider).json(builds, clock.instant()),
                            Listings.SERVERS.json(nodes, clock.instant())));
            return;
        }
        out().println("ZooKeeper data for provider " + provider);
        out().println();
        out().println("Image data:");
        listing.print(out(), Listings.uploadsOf(provider), builds);
        out().println();
        out().println("Nodes:");
        listing.print(out(), Listings.SERVERS, nodes);
    }
}
