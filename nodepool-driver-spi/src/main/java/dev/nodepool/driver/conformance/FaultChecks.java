package dev.nodepool.driver.conformance;

import static dev.nodepool.driver.conformance.CheckFailure.demand;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.conformance.Scratch.Choice;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Failures and how they are told. */
final class FaultChecks {

    private static final Set<Fault> NO_SUCH = EnumSet.of(Fault.INVALID_CONFIGURATION, Fault.NOT_FOUND);
    private static final String NAME = "nodepool-conformance-none";

    private FaultChecks() {}

    static void faults(Bench bench) {
        var choice = bench.choice();
        refused(bench, "create() of an unknown label", bench.spec(new Choice(choice.pool(), NAME), Optional.empty()));
        refused(bench, "create() in an unknown pool", bench.spec(new Choice(NAME, choice.label()), Optional.empty()));
        var needs = bench.refused(
                "needs() of an unknown label", () -> bench.provider().needs(choice.pool(), NAME));
        demand(needs.isPresent(), "needs() of an unknown label did not fail");
        noSuch("needs() of an unknown label", needs.get());
        if (!bench.ask("zones()", bench.provider()::zones).isEmpty()) {
            var launch = launch(bench, "create() in an unknown zone", bench.spec(choice, Optional.of(NAME)));
            Calls.failure("create() in an unknown zone", bench.launchLimit(), launch.answer());
        }
    }

    private static void refused(Bench bench, String what, LaunchSpec spec) {
        var launch = launch(bench, what, spec);
        noSuch(what, Calls.failure(what, bench.launchLimit(), launch.answer()));
        demand(
                launch.told.isEmpty() && launch.in(bench.machines()).isEmpty(),
                what + " was refused and made a machine all the same");
    }

    private static void noSuch(String what, DriverException failure) {
        demand(
                NO_SUCH.contains(failure.fault()),
                what + " failed with " + failure.fault() + " instead of " + NO_SUCH + ": " + failure.getMessage());
    }

    /** Unlike elsewhere, a method that throws is found out. */
    private static Launch launch(Bench bench, String what, LaunchSpec spec) {
        var launch = new Launch(spec);
        bench.remember(launch);
        var provider = bench.provider();
        try {
            launch.answered(bench.calls.returned(what, bench.launchLimit(), () -> provider.create(spec, launch::tell)));
            return launch;
        } catch (ExecutionException e) {
            throw new CheckFailure(
                    what + " threw " + Calls.cause(e) + " instead of failing its future", Calls.cause(e));
        }
    }

    static void provoked(Bench bench) throws Exception {
        for (var provocation : bench.scratch.provocations) {
            provoke(bench, provocation);
        }
    }

    private static void provoke(Bench bench, Provocation provocation) throws Exception {
        var provider = bench.provider();
        var machine = provocation.call() == Provocation.Call.DELETE ? bench.machine() : null;
        DriverException failure;
        var undo = provocation.arrangement().begin(provider);
        try {
            failure = switch (provocation.call()) {
                case CREATE ->
                    failure("create()", bench.launchLimit(), bench.launch().answer());
                case LIST -> failure("list()", bench.patience.call(), bench.call("list()", provider::list));
                case DELETE ->
                    failure(
                            "delete()",
                            bench.patience.removal(),
                            bench.deletion(
                                    java.util.Objects.requireNonNull(machine).id()));
                case LIMITS ->
                    bench.refused("limits()", provider::limits)
                            .orElseThrow(() -> new CheckFailure("limits() did not fail"));
            };
        } catch (CheckFailure e) {
            throw new CheckFailure("provoked " + provocation + ": " + e.getMessage(), e);
        } finally {
            undo.close();
        }
        demand(
                failure.fault() == provocation.fault(),
                "provoked " + provocation + ", but it was told as " + failure.fault() + ": " + failure.getMessage());
    }

    private static DriverException failure(String what, Duration limit, CompletableFuture<?> future) {
        return Calls.failure(what, limit, future);
    }
}
