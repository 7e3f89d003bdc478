package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how the search for leaks stands, or says that what is held back are leaks indeed. */
@Command(
        name = "sweep",
        description = "Show which leaked machines and resources launchers hold back, and why; or confirm them.")
final class SweepCommand extends AdminCommand {

    @Option(
            names = "--confirm",
            paramLabel = "PROVIDER",
            description = "What is held back at this provider now are leaks: let it be deleted, and nothing else.")
    private @Nullable String confirm;

    SweepCommand(NodepoolCommand nodepool, Library library) {
        super(nodepool, library);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) {
        if (confirm == null) {
            SweepText.of(admin.sweeps().all()).forEach(out()::println);
        } else {
            out().println(SweepText.confirmed(admin.sweeps().confirm(confirm)));
        }
    }
}
