package dev.nodepool.runner.command;

import dev.nodepool.admin.Sweeps;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.logging.Logging;
import dev.nodepool.runner.logging.Verbosity;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows how the search for leaks stands, or says that what is held back are leaks indeed. */
@Command(
        name = "sweep",
        description = "Show which leaked machines and resources launchers hold back, and why; or confirm them.")
final class SweepCommand implements Callable<Integer> {

    private final NodepoolCommand nodepool;
    private final Library library;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--confirm",
            paramLabel = "PROVIDER",
            description = "What is held back at this provider now are leaks: let it be deleted, and nothing else.")
    private @Nullable String confirm;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            converter = Seconds.class,
            description = "How long to wait for ZooKeeper (10).")
    private Duration timeout = Duration.ofSeconds(10);

    SweepCommand(NodepoolCommand nodepool, Library library) {
        this.nodepool = nodepool;
        this.library = library;
    }

    @Override
    public Integer call() throws IOException {
        Logging.configure(nodepool.logTarget(Verbosity.QUIET));
        try (Sweeps sweeps = library.sweeps(nodepool.files(), timeout)) {
            if (confirm == null) {
                SweepText.of(sweeps.all()).forEach(out()::println);
            } else {
                out().println(SweepText.confirmed(sweeps.confirm(confirm)));
            }
        }
        return 0;
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
