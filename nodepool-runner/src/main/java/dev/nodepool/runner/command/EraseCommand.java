package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Forgets a provider. Other than for what can be ordered again, the answer is read also without a terminal. */
@Command(
        name = "erase",
        description = "Remove all data of a provider from ZooKeeper; its machines and images stay in the cloud.")
final class EraseCommand extends AdminCommand {

    private final Questions questions;

    @Option(
            names = {"--force", "-y", "--yes"},
            description = "Do not ask.")
    private boolean force;

    @Parameters(paramLabel = "PROVIDER", description = "Name of the provider.")
    private String provider = "";

    EraseCommand(NodepoolCommand nodepool, Library library, Questions questions) {
        super(nodepool, library);
        this.questions = questions;
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) {
        if (!force) {
            out().println();
            out().println("WARNING! This action is not reversible!");
            if (!DestructiveCommand.agrees(questions, "Erase ZooKeeper data for provider " + provider + "?")) {
                out().println("Aborting. No data erased.");
                return;
            }
        }
        out().println("Erasing build data for " + provider + "...");
        admin.images().eraseUploads(provider);
        out().println("Erasing node data for " + provider + "...");
        admin.nodes().erase(provider);
    }
}
