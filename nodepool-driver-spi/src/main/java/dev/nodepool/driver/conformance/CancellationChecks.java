package dev.nodepool.driver.conformance;

import static dev.nodepool.driver.conformance.CheckFailure.demand;

import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Instance;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Callers who stop waiting, as the core does when a deadline has passed. */
final class CancellationChecks {

    /** So many complete listings in a row have to lack a machine before it counts as not made. */
    private static final int ABSENT = 5;

    private CancellationChecks() {}

    static void cancellation(Bench bench) {
        bench.machines();
        var atOnce = bench.launch();
        atOnce.answer().cancel(true);
        var later = bench.launch();
        Calls.ends(CompletableFuture.anyOf(later.firstTold(), later.answer()), bench.launchLimit());
        later.answer().cancel(true);
        for (var launch : new Launch[] {atOnce, later}) {
            demand(launch.answer().isDone(), "the future of create() can not be cancelled");
            var made = made(bench, launch);
            var ids = new LinkedHashSet<ExternalId>(launch.told);
            made.stream().map(Instance::id).forEach(ids::add);
            demand(ids.size() <= 1, "one creation, which was cancelled, made " + ids.size() + " machines");
            ids.forEach(id -> Calls.answer(
                    "delete() of the machine of a cancelled creation", bench.patience.removal(), bench.deletion(id)));
            demand(
                    made(bench, launch).isEmpty(),
                    "the machine of a cancelled creation is there again after it was deleted");
        }
    }

    /** What a launch that was given up has made, once that is certain. */
    private static List<Instance> made(Bench bench, Launch launch) {
        var until = Until.in(bench.launchLimit());
        for (int absent = 0; absent < ABSENT && !until.over(); absent++) {
            var found = launch.allIn(bench.machines());
            if (!found.isEmpty()) {
                return found;
            }
            until.pause();
        }
        return List.of();
    }

    static void givingUp(Bench bench) {
        bench.machines();
        var before = atRest(bench);
        var launch = bench.launch();
        Calls.ends(CompletableFuture.anyOf(launch.firstTold(), launch.answer()), bench.launchLimit());
        launch.answer().cancel(true);
        var patience = bench.patience.prompt().multipliedBy(10);
        var until = Until.in(patience);
        while (bench.context.waiting() > before) {
            demand(
                    !until.over(),
                    "timers or tasks still wait for the machine " + Calls.text(patience) + " after the cancellation");
            until.pause();
        }
    }

    /** What waits when nothing is to be done: the least that is seen within a moment. */
    private static int atRest(Bench bench) {
        var least = Integer.MAX_VALUE;
        var until = Until.in(Duration.ofMillis(100));
        while (!until.over() && least > 0) {
            least = Math.min(least, bench.context.waiting());
            until.pause();
        }
        return least;
    }

    static void separate(Bench bench) {
        var provider = bench.provider();
        var machine = bench.machine();
        var givenUp = bench.call("list()", provider::list);
        var wanted = bench.call("list()", provider::list);
        givenUp.cancel(true);
        Calls.answer("list() beside one that was cancelled", bench.patience.call(), wanted);
        var deletionGivenUp = bench.deletion(machine.id());
        var deletion = bench.deletion(machine.id());
        deletionGivenUp.cancel(true);
        Calls.answer("delete() beside one that was cancelled", bench.patience.removal(), deletion);
        DeletionChecks.gone(bench, machine.id());
    }
}
