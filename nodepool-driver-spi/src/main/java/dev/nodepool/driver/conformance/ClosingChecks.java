package dev.nodepool.driver.conformance;

import static dev.nodepool.driver.conformance.CheckFailure.demand;

import dev.nodepool.driver.Provider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The end of a provider. */
final class ClosingChecks {

    private static final int TIMES = 5;

    private ClosingChecks() {}

    static void close(Bench bench) {
        var provider = bench.provider();
        var underWay = new ArrayList<CompletableFuture<?>>();
        if (bench.inventory().isPresent()) {
            underWay.add(CompletableFuture.completedFuture(null));
        } else {
            var launch = bench.launch();
            Calls.ends(CompletableFuture.anyOf(launch.firstTold(), launch.answer()), bench.launchLimit());
            underWay.add(launch.answer());
            underWay.add(bench.call("list()", provider::list));
        }
        bench.forgetProvider();
        closed(bench, "close()", provider);
        closed(bench, "close() of what is closed", provider);
        Supplier<CompletableFuture<?>> late = provider::list;
        try {
            underWay.add(bench.calls.returned("list() after close()", bench.patience.call(), late::get));
        } catch (ExecutionException e) {
            throw new CheckFailure(
                    "list() after close() threw " + Calls.cause(e) + " instead of failing its future", Calls.cause(e));
        }
        for (var call : underWay) {
            demand(
                    Calls.ends(call, bench.launchLimit()),
                    "a call that was under way at close(), or came later, did not end within "
                            + Calls.text(bench.launchLimit()));
        }
    }

    private static void closed(Bench bench, String what, Provider provider) {
        try {
            bench.calls.returned(what, bench.patience.prompt(), () -> {
                provider.close();
                return true;
            });
        } catch (ExecutionException e) {
            throw Calls.failed(what, Calls.cause(e));
        }
    }

    /** One thread may be kept for reuse; one for each time is a leak. */
    static void threads(Bench bench) {
        var before = bench.foreignThreads();
        for (int i = 0; i < TIMES; i++) {
            var once = bench.another();
            if (once.inventory().isEmpty()) {
                once.listing();
            }
            closed(once, "close()", once.provider());
        }
        var until = Until.in(bench.patience.prompt().multipliedBy(10));
        while (true) {
            // Some libraries let their threads go only when they are collected themselves.
            System.gc();
            var left = new HashSet<>(bench.foreignThreads());
            left.removeAll(before);
            var manyOfOneKind = perName(left);
            if (manyOfOneKind.isEmpty()) {
                return;
            }
            demand(!until.over(), "opened and closed " + TIMES + " times, there are new threads: " + manyOfOneKind);
            until.pause();
        }
    }

    /** Names without their numbers, of which there are as many threads as there were providers. */
    private static Map<String, Long> perName(Set<Thread> threads) {
        var counts = threads.stream()
                .collect(Collectors.groupingBy(
                        thread -> thread.getName().replaceAll("[0-9]+", "*"), Collectors.counting()));
        counts.values().removeIf(count -> count < TIMES);
        return counts;
    }
}
