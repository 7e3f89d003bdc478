package dev.nodepool.bench;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelState;
import dev.nodepool.internal.assign.Assigner;
import dev.nodepool.internal.assign.Plan;
import dev.nodepool.internal.assign.Pool;
import dev.nodepool.internal.assign.ReadyNodes;
import dev.nodepool.internal.assign.Snapshot;
import dev.nodepool.model.NodeRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One round over requests that wait for four full pools: the case in which nothing can be handed out. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecisionBenchmark {

    @Param({"1", "500", "2000"})
    private int waiting = 1;

    private Snapshot snapshot = snapshot();

    @Setup
    public void prepare() {
        snapshot = snapshot();
    }

    private Snapshot snapshot() {
        var labels = new HashMap<String, Pool.Label>();
        for (var i = 0; i < Nodes.LABELS; i++) {
            labels.put("label" + i, new Pool.Label(Amounts.compute(1, 4, 8192), LabelState.READY));
        }
        var limit = Amounts.of(Amounts.INSTANCES, 2_500);
        var pools = IntStream.range(0, Nodes.PROVIDERS)
                .mapToObj(i -> new Pool(
                        "launcher-p" + i,
                        "p" + i,
                        "main",
                        100,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        labels,
                        limit,
                        limit,
                        Amounts.NONE,
                        false,
                        ReadyNodes.of(List.of())))
                .toList();
        var requests = IntStream.range(0, waiting)
                .mapToObj(i -> {
                    var order = new NodeRequest.Order(
                            List.of("label" + i % Nodes.LABELS), "zuul", true, null, 0, null, "event");
                    return new NodeRequest(
                            "200-%010d".formatted(i),
                            NodeRequest.ordered(order, 0).with(NodeRequest.STATE, "requested"));
                })
                .toList();
        return new Snapshot(requests, pools, List.of(), Map.of(), Set.of(), Map.of(), Map.of());
    }

    @Benchmark
    public Plan round() {
        return Assigner.plan(snapshot);
    }
}
