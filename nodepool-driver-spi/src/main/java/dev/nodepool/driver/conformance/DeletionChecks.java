package dev.nodepool.driver.conformance;

import static dev.nodepool.driver.conformance.CheckFailure.demand;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import java.util.Optional;

/** Machines that go away. */
final class DeletionChecks {

    private DeletionChecks() {}

    static void delete(Bench bench) {
        var machine = bench.machine();
        bench.delete(machine.id());
        gone(bench, machine.id());
    }

    static void twice(Bench bench) {
        var machine = bench.machine();
        var first = bench.deletion(machine.id());
        var second = bench.deletion(machine.id());
        Calls.answer("delete()", bench.patience.removal(), first);
        Calls.answer("delete() while it was being deleted", bench.patience.removal(), second);
        Calls.answer("delete() of what was deleted", bench.patience.removal(), bench.deletion(machine.id()));
    }

    static void unknownId(Bench bench) {
        var unknown = OpeningChecks.unknown();
        Calls.answer("delete() of an unknown id", bench.patience.removal(), bench.deletion(unknown));
        Optional<DriverException> refused = bench.refused(
                "consoleLog() of an unknown id", () -> bench.provider().consoleLog(unknown));
        refused.ifPresent(failure -> demand(
                failure.fault() == Fault.NOT_FOUND,
                "consoleLog() of an unknown id failed with " + failure.fault() + ": " + failure.getMessage()));
    }

    /** A deleted machine must not be in a complete listing that begins afterwards. */
    static void gone(Bench bench, ExternalId id) {
        demand(
                bench.machines().stream().noneMatch(machine -> machine.id().equals(id)),
                "a machine is still listed though delete() has completed");
    }
}
