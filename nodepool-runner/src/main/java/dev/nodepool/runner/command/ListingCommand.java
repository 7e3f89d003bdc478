package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.listing.Listing;
import dev.nodepool.runner.listing.Listings;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows one of the tables that need nothing but ZooKeeper. */
@Command
final class ListingCommand<T> extends AdminCommand {

    private final Listing<T> table;
    private final Function<Admin, List<T>> rows;

    @Mixin
    private final ListingOptions listing = new ListingOptions();

    private ListingCommand(NodepoolCommand nodepool, Library library, Listing<T> table, Function<Admin, List<T>> rows) {
        super(nodepool, library);
        this.table = table;
        this.rows = rows;
    }

    /** Adds these subcommands. */
    static void addTo(CommandLine program, NodepoolCommand nodepool, Library library) {
        add(
                program,
                "dib-image-list",
                "List builds of disk images.",
                new ListingCommand<>(
                        nodepool,
                        library,
                        Listings.BUILDS,
                        admin -> Listings.builds(admin.images().all())));
        add(
                program,
                "image-list",
                "List uploads of disk images to providers.",
                new ListingCommand<>(
                        nodepool,
                        library,
                        Listings.UPLOADS,
                        admin -> Listings.uploads(admin.images().all())));
        add(
                program,
                "image-status",
                "List disk images: which are paused, which wait for a build that was asked for.",
                new ListingCommand<>(
                        nodepool,
                        library,
                        Listings.IMAGES,
                        admin -> admin.images().all()));
        add(
                program,
                "request-list",
                "List node requests.",
                new ListingCommand<>(
                        nodepool,
                        library,
                        Listings.REQUESTS,
                        admin -> admin.requests().all()));
    }

    private static void add(CommandLine program, String name, String description, ListingCommand<?> command) {
        CommandLine line = new CommandLine(command);
        line.getCommandSpec().usageMessage().description(description);
        program.addSubcommand(name, line);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) {
        listing.print(out(), table, rows.apply(admin));
    }
}
