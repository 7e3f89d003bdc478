package dev.nodepool.internal.assign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.assign.Pool.ReadyNode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A decision looks at what it needs, however many nodes there are. */
class AssignerCostTest {

    private static final int READY = 10_000;

    private final Situation now = new Situation();
    private final AtomicInteger looks = new AtomicInteger();

    private Snapshot snapshot() {
        var plain = now.snapshot();
        var nodes = IntStream.range(0, READY)
                .mapToObj(i -> new ReadyNode("%010d".formatted(i), List.of("red"), "az", Situation.instances(1)))
                .toList();
        var pools =
                plain.pools().stream().map(pool -> with(pool, counted(nodes))).toList();
        return new Snapshot(
                plain.waiting(), pools, plain.peers(), plain.providers(), plain.impatient(), plain.tenants(), Map.of());
    }

    private static Pool with(Pool pool, ReadyNodes ready) {
        return new Pool(
                pool.launcherId(),
                pool.provider(),
                pool.name(),
                pool.priority(),
                pool.disabled(),
                pool.unavailable(),
                pool.launchesLeft(),
                pool.labels(),
                pool.limits(),
                pool.used(),
                pool.freeing(),
                pool.ignoreProviderQuota(),
                ready);
    }

    private ReadyNodes counted(List<ReadyNode> nodes) {
        return new ReadyNodes() {
            @Override
            public Iterator<ReadyNode> of(String label) {
                return label.equals("red") ? all() : List.<ReadyNode>of().iterator();
            }

            @Override
            public Iterator<ReadyNode> all() {
                var each = nodes.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return each.hasNext();
                    }

                    @Override
                    public ReadyNode next() {
                        looks.incrementAndGet();
                        return each.next();
                    }
                };
            }
        };
    }

    @Test
    void aRequestForThreeReadyNodesLooksAtThree() {
        now.pool("p", "a", "red", "blue");
        now.request("200-0000000001", "red", "red", "red");

        assertThat(Assigner.plan(snapshot()).taken()).hasSize(1);
        assertThat(looks).hasValueLessThanOrEqualTo(3);
    }

    @Test
    void aRequestForANewNodeLooksAtNone() {
        now.pool("p", "a", "red", "blue");
        now.request("200-0000000001", "blue");

        assertThat(Assigner.plan(snapshot()).taken()).hasSize(1);
        assertThat(looks).hasValue(0);
    }

    @Test
    void makingRoomForTwoLooksAtTwo() {
        now.pool("p", "a", "red", "blue").limits(READY).used(READY);
        now.request("200-0000000001", "blue", "blue");

        assertThat(Assigner.plan(snapshot()).evicted()).hasSize(2);
        assertThat(looks).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void fiveHundredThatWaitForTheSameLookNoMoreThanOne() {
        now.pool("p", "a", "red", "blue").limits(1).used(1);
        for (var i = 0; i < 500; i++) {
            now.request("200-%010d".formatted(i), "blue");
        }

        var plan = Assigner.plan(snapshot());

        assertThat(plan.refused()).hasSize(500);
        assertThat(looks).hasValueLessThanOrEqualTo(2);
    }
}
