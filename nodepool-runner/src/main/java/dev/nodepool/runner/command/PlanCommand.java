package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.listing.Listings;
import dev.nodepool.view.PlanView;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what a changed configuration would do before it is put in force. */
@Command(
        name = "plan",
        description = "Show what the configuration given with -c would do in place of the one in force.")
final class PlanCommand extends AdminCommand {

    private final Library library;

    @Mixin
    private final ListingOptions listing = new ListingOptions();

    @Option(names = "--present", paramLabel = "CONFIG", description = "The one in force (${DEFAULT-VALUE}).")
    private Path present = NodepoolCommand.DEFAULT_CONFIG;

    @Option(names = "--present-secure", paramLabel = "SECURE", description = "The secure file in force (that of -s).")
    private @Nullable Path presentSecure;

    PlanCommand(NodepoolCommand nodepool, Library library) {
        super(nodepool, library);
        this.library = library;
    }

    private NodepoolConfig inForce(ConfigFiles files) {
        Optional<Path> secure = presentSecure == null ? files.secure() : Optional.of(presentSecure);
        return library.config(new ConfigFiles(present, secure, files.drivers()));
    }

    /** What is there now is where the daemons are now. */
    @Override
    ZooKeeperConfig zooKeeper(NodepoolConfig config, ConfigFiles files) {
        return inForce(files).zooKeeper();
    }

    @Override
    boolean opensProviders() {
        return true;
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) {
        PlanView plan = admin.plan(inForce(files), config);
        if (listing.json()) {
            out().println(Listings.valueAsJson(PlanText.json(plan)));
        } else {
            PlanText.of(plan).forEach(out()::println);
        }
    }
}
