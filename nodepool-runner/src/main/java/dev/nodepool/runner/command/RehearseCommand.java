package dev.nodepool.runner.command;

import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.logging.Logging;
import dev.nodepool.runner.logging.Verbosity;
import dev.nodepool.runner.rehearsal.Rehearsal;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** For the start scripts, which make a class archive of its run. */
@Command(name = "rehearse", hidden = true, description = "Do once what launcher and command do, for a class archive.")
final class RehearseCommand implements Callable<Integer> {

    private static final List<String> ORDERS = List.of("list", "request-list", "image-list", "config-validate");

    private static final long LIMIT_SECONDS = 60;

    private final NodepoolCommand nodepool;
    private final Library library;

    RehearseCommand(NodepoolCommand nodepool, Library library) {
        this.nodepool = nodepool;
        this.library = library;
    }

    @Override
    public Integer call() throws Exception {
        Logging.configure(nodepool.logTarget(Verbosity.QUIET));
        // Somebody waits for a start all the while.
        CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS)
                .execute(() -> Runtime.getRuntime().halt(1));
        new Rehearsal(library, this::look).run();
        return 0;
    }

    private void look(Path config) {
        for (String order : ORDERS) {
            Programs.nodepool(library, new Terminal())
                    .setOut(new PrintWriter(Writer.nullWriter()))
                    .execute("-c", config.toString(), order);
        }
    }
}
