package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.ProviderConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.listing.Listings;
import dev.nodepool.view.NodeView;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a node deleted, or deletes it itself. */
@Command(name = "delete", description = "Delete a node.")
final class DeleteCommand extends DestructiveCommand {

    @Mixin
    private final ListingOptions listing = new ListingOptions();

    @Option(
            names = "--now",
            description = "Delete the machine from here and wait, instead of leaving it to the launcher.")
    private boolean now;

    @Parameters(paramLabel = "id", description = "Id of the node.")
    private String id = "";

    DeleteCommand(NodepoolCommand nodepool, Library library, Questions questions) {
        super(nodepool, library, questions);
    }

    @Override
    boolean opensProviders() {
        return now;
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) throws IOException {
        Optional<NodeView> node = admin.nodes().get(id);
        if (node.isEmpty()) {
            out().println("Node id " + id + " not found");
        } else if (agreed("Delete node %s of provider %s, which is %s?"
                        .formatted(id, node.get().node().provider(), node.get().state()))
                && delete(admin, config, files, node.get())) {
            listing.print(
                    out(),
                    listing.json() ? Listings.NODES : Listings.NODES_IN_SHORT,
                    admin.nodes().get(id).stream().toList());
        }
    }

    private boolean delete(Admin admin, NodepoolConfig config, ConfigFiles files, NodeView node) {
        boolean there;
        if (now) {
            String name = String.valueOf(node.node().provider());
            Optional<ProviderConfig> provider = config.provider(name);
            if (provider.isEmpty()) {
                out().println("Provider %s for node %s not defined on this launcher".formatted(name, id));
                return false;
            }
            there = admin.nodes().deleteNow(id, provider.get(), files.drivers());
        } else {
            there = admin.nodes().delete(id);
        }
        if (!there) {
            out().println("Node id " + id + " not found");
        }
        return there;
    }
}
