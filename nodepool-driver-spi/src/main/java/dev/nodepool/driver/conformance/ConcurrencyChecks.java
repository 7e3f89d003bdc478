package dev.nodepool.driver.conformance;

import static dev.nodepool.driver.conformance.CheckFailure.demand;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Instance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Many callers at the same time, as a launcher with many requests is. */
final class ConcurrencyChecks {

    private static final int CALLERS = 8;

    private ConcurrencyChecks() {}

    static void concurrency(Bench bench) {
        var provider = bench.provider();
        var choice = bench.choice();
        var count = room(bench);
        var launches = together(bench, count, bench::launch);
        var questions = new ArrayList<CompletableFuture<?>>();
        for (int i = 0; i < CALLERS; i++) {
            questions.add(asked(bench, () -> bench.ask("limits()", provider::limits)));
            questions.add(asked(
                    bench, () -> bench.ask("labelState()", () -> provider.labelState(choice.pool(), choice.label()))));
            questions.add(asked(bench, bench::listing));
        }
        questions.forEach(question -> Calls.answer(
                "a question beside other calls", bench.patience.call().multipliedBy(2), question));
        var ids = new HashSet<ExternalId>();
        for (var launch : launches) {
            var instance =
                    Calls.answer("create() beside " + (count - 1) + " others", bench.launchLimit(), launch.answer());
            ids.add(instance.id());
            demand(
                    launch.marks(instance.metadata()) && launch.told.stream().allMatch(instance.id()::equals),
                    "create() beside others answered the machine of another caller");
        }
        demand(ids.size() == count, count + " creations made " + ids.size() + " machines");
        together(bench, count, List.copyOf(ids), bench::deletion)
                .forEach(deletion -> Calls.answer("delete() beside others", bench.patience.removal(), deletion));
        demand(
                bench.machines().stream().map(Instance::id).noneMatch(ids::contains),
                "a machine is still listed though delete() has completed beside others");
    }

    /** How many machines the limits let us have beside those of others. */
    private static int room(Bench bench) {
        var choice = bench.choice();
        var limits = bench.ask("limits()", bench.provider()::limits);
        var needs = bench.ask("needs()", () -> bench.provider().needs(choice.pool(), choice.label()));
        var used = bench.machines().stream().map(Instance::amounts).reduce(Amounts.NONE, Amounts::plus);
        long room = CALLERS;
        for (var limit : limits.byName().entrySet()) {
            var need = needs.get(limit.getKey());
            room = need > 0 ? Math.min(room, (limit.getValue() - used.get(limit.getKey())) / need) : room;
        }
        return (int) Math.max(1, room);
    }

    private static List<Launch> together(Bench bench, int count, Supplier<Launch> call) {
        return together(bench, count, Collections.nCopies(count, 0), x -> call.get());
    }

    /** Begins calls at the same moment, each on a thread of its own. */
    private static <A, T> List<T> together(Bench bench, int count, List<A> arguments, Function<A, T> call) {
        var start = new CyclicBarrier(count);
        var calls = arguments.stream()
                .map(argument -> asked(bench, () -> {
                    start.await(bench.patience.call().toMillis(), TimeUnit.MILLISECONDS);
                    return call.apply(argument);
                }))
                .toList();
        return calls.stream()
                .map(future -> Calls.answer("a call beside others", bench.launchLimit(), future))
                .toList();
    }

    private static <T> CompletableFuture<T> asked(Bench bench, Callable<T> question) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return question.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                bench.callers());
    }
}
