package dev.nodepool.drivers.fake;

import dev.nodepool.driver.Fault;
import dev.nodepool.driver.conformance.Provocation;
import dev.nodepool.driver.conformance.Provocation.Call;
import dev.nodepool.driver.conformance.Scratch;
import dev.nodepool.driver.conformance.junit.ConformanceTests;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** The fake cloud in a file, since each check opens a provider of its own. */
class FakeConformanceIT implements ConformanceTests {

    @TempDir
    Path directory;

    @Override
    public Scratch scratch() {
        var section = new HashMap<>(Fakes.SECTION);
        section.put(
                "fake-cloud",
                Map.of(
                        "state",
                        directory.resolve("cloud.jsonl").toString(),
                        "boot-seconds",
                        0.2,
                        "delete-seconds",
                        0.05));
        var scratch = Scratch.of(new FakeDriver(), section).label("main", "windows");
        for (var each : List.of(
                new Failing(Call.CREATE, Operation.CREATE, FaultKind.QUOTA, Fault.QUOTA_EXCEEDED),
                new Failing(Call.CREATE, Operation.BOOT, FaultKind.CAPACITY, Fault.NO_CAPACITY),
                new Failing(Call.CREATE, Operation.CREATE, FaultKind.LOST_ANSWER, Fault.UNCLEAR),
                new Failing(Call.DELETE, Operation.DELETE, FaultKind.UNAVAILABLE, Fault.UNAVAILABLE),
                new Failing(Call.LIST, Operation.LIST, FaultKind.RATE, Fault.RATE_LIMITED),
                new Failing(Call.LIMITS, Operation.LIMITS, FaultKind.UNAUTHORIZED, Fault.UNAUTHORIZED))) {
            scratch = scratch.provoking(each.provocation());
        }
        return scratch;
    }

    private record Failing(Call call, Operation operation, FaultKind kind, Fault fault) {

        Provocation provocation() {
            return new Provocation(call, fault, provider -> {
                var faults = ((FakeProvider) provider).faults();
                faults.add(new FaultRule(operation, kind, new FaultRule.Every(1)));
                return faults::clear;
            });
        }
    }
}
