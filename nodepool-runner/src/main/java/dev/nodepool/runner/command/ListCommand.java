package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.listing.Listings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the nodes. */
@Command(name = "list", description = "List nodes.")
final class ListCommand extends AdminCommand {

    @Mixin
    private final ListingOptions listing = new ListingOptions();

    @Option(names = "--detail", description = "Show all columns; JSON has them all anyway.")
    private boolean detail;

    ListCommand(NodepoolCommand nodepool, Library library) {
        super(nodepool, library);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) {
        boolean all = detail || listing.json();
        listing.print(
                out(),
                all ? Listings.NODES : Listings.NODES_IN_SHORT,
                admin.nodes().all());
    }
}
