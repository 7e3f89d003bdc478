package dev.nodepool.examples.service;

import dev.nodepool.NodePool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;

/** Runs commands, each on a machine of its own: {@code Main nodepool.yaml private-key label command…} */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 4) {
            System.err.println("usage: Main nodepool.yaml private-key label command…");
            System.exit(2);
        }
        var key = new FileKeyPairProvider(Path.of(arguments[1]))
                .loadKeys(null)
                .iterator()
                .next();
        var failed = 0;
        try (var pool = NodePool.builder().config(Path.of(arguments[0])).build().start();
                var service = new CiService(pool, key)) {
            var results = new ArrayList<CompletableFuture<JobResult>>();
            for (var i = 3; i < arguments.length; i++) {
                results.add(service.submit(Job.of(arguments[2], arguments[i])));
            }
            for (var result : results) {
                failed += print(result) ? 0 : 1;
            }
        }
        System.exit(failed == 0 ? 0 : 1);
    }

    private static boolean print(CompletableFuture<JobResult> job) throws InterruptedException {
        try {
            var result = job.get();
            System.out.println("node " + result.node() + " exit " + result.exit());
            System.out.print(result.output());
            return result.exit() == 0;
        } catch (ExecutionException e) {
            System.err.println(Objects.requireNonNullElse(e.getCause(), e).getMessage());
            return false;
        }
    }
}
