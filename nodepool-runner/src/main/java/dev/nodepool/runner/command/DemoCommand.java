package dev.nodepool.runner.command;

import dev.nodepool.runner.daemon.StopSignals;
import dev.nodepool.runner.demo.Demo;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.logging.Logging;
import dev.nodepool.runner.logging.Verbosity;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the whole thing at work, without any configuration. */
@Command(
        name = "demo",
        description =
                "Run ZooKeeper, a fake cloud and a launcher in this process, request two nodes and show what happens.")
final class DemoCommand implements Callable<Integer> {

    private final NodepoolCommand nodepool;
    private final Library library;

    @Option(names = "--once", description = "Return the nodes, wait for their deletion and exit.")
    private boolean once;

    @Option(names = "--port", paramLabel = "PORT", description = "Port of the status server (a free one).")
    private int port;

    DemoCommand(NodepoolCommand nodepool, Library library) {
        this.nodepool = nodepool;
        this.library = library;
    }

    @Override
    public Integer call() throws Exception {
        Logging.configure(nodepool.logTarget(Verbosity.QUIET));
        CompletableFuture<Void> stop = new CompletableFuture<>();
        StopSignals.install(() -> stop.complete(null));
        return new Demo(library, System.out, InstantSource.system()).run(once, port, stop) ? 0 : 1;
    }
}
