package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.listing.Listings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Keeps a node for a person to look at. */
@Command(name = "hold", description = "Keep a node from being used or deleted, until it is deleted with delete.")
final class HoldCommand extends AdminCommand {

    @Mixin
    private final ListingOptions listing = new ListingOptions();

    @Parameters(paramLabel = "id", description = "Id of the node.")
    private String id = "";

    HoldCommand(NodepoolCommand nodepool, Library library) {
        super(nodepool, library);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) {
        if (!admin.nodes().hold(id)) {
            out().println("Node id " + id + " not found");
            return;
        }
        listing.print(
                out(),
                listing.json() ? Listings.NODES : Listings.NODES_IN_SHORT,
                admin.nodes().get(id).stream().toList());
    }
}
