package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.runner.explain.Explanation;
import dev.nodepool.runner.explain.PoolReasons;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says why a request waits. */
@Command(name = "explain", description = "Ask all launchers why they do not serve a node request.")
final class ExplainCommand extends AdminCommand {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final InstantSource clock = InstantSource.system();

    @Mixin
    private final ListingOptions listing = new ListingOptions();

    @Parameters(paramLabel = "REQUEST", description = "Id of the request.")
    private String id = "";

    ExplainCommand(NodepoolCommand nodepool, Library library) {
        super(nodepool, library);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) throws IOException {
        Optional<NodeRequest> request = admin.requests().get(id);
        if (request.isEmpty()) {
            out().println("Request id " + id + " not found");
            return;
        }
        Explanation explanation = Explanation.of(
                request.get(), admin.nodes().all(), admin.launchers().pools(), answers(admin));
        out().println(listing.json() ? explanation.json(clock.instant()) : explanation.text(clock.instant()));
    }

    private PoolReasons.Answers answers(Admin admin) throws IOException {
        try {
            return new PoolReasons(PATIENCE).ask(admin.launchers().daemons(), id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
