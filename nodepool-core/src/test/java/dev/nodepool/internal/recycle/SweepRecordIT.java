package dev.nodepool.internal.recycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.retention.Caution;
import dev.nodepool.internal.retention.Leaks.Count;
import dev.nodepool.internal.retention.Thing;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SweepRecordIT {

    private static final Thing MACHINE = new Thing("instances", "m");
    private static final Thing PORT = new Thing("ports", "p");
    private static final SweepState HELD = new SweepState(
            "so many are unknown",
            1000.5,
            List.of(MACHINE, PORT),
            7,
            Map.of("instances", new Count(9, 6), "ports", new Count(2, 1)),
            3,
            new Caution(Set.of(PORT), Set.of(MACHINE), 4_000_000_000L));

    private static EmbeddedZooKeeper server;
    private static CuratorTree tree;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedZooKeeper.start();
        tree = CuratorTree.open(
                new ZooKeeperConfig(List.of(server.connectString()), "", Duration.ofSeconds(10), Optional.empty()));
        Awaitility.await().until(() -> tree.session().connected());
        await(tree.ensure(Layout.SWEEPS));
    }

    @AfterAll
    static void stop() {
        tree.close();
        server.close();
    }

    private static <T> T await(CompletableFuture<T> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }

    private static SweepRecord read(String provider) throws Exception {
        return await(SweepRecord.read(tree, provider));
    }

    @Test
    void comesBackAsItWasStored() throws Exception {
        await(tree.ensure(Layout.sweep("north")));
        await(read("north").replace(tree, HELD));
        assertThat(read("north").state()).isEqualTo(HELD);
    }

    @Test
    void isWrittenOnlyWhenSomethingIsNew() throws Exception {
        await(tree.ensure(Layout.sweep("south")));
        await(read("south").replace(tree, HELD));
        var version = read("south").version();
        await(read("south").replace(tree, HELD));
        assertThat(read("south").version()).isEqualTo(version);
    }

    @Test
    void orderIsTakenOverAndRemovedInOneStepAndOnlyAsItWasRead() throws Exception {
        await(tree.ensure(Layout.sweep("west")));
        await(read("west").replace(tree, HELD));
        await(SweepOrders.confirm(tree, "west", "somebody", 1));
        var record = read("west");
        assertThat(record.caution().confirmed()).containsExactlyInAnyOrder(MACHINE, PORT);
        await(SweepOrders.confirm(tree, "west", "somebody else", 2));
        assertThat(record.replace(tree, SweepState.NONE).handle((x, failure) -> failure != null))
                .succeedsWithin(Duration.ofSeconds(30))
                .isEqualTo(true);
        assertThat(read("west").state()).isEqualTo(HELD);
        await(read("west").replace(tree, SweepState.NONE));
        assertThat(read("west").state()).isEqualTo(SweepState.NONE);
        assertThat(read("west").orderVersion()).isEqualTo(-1);
    }

    @Test
    void placeOfTheRecordsIsOlderThanWhatWasMadeAfterIt() throws Exception {
        await(tree.create("/first", new byte[0], Tree.Mode.PERSISTENT));
        await(tree.create("/second", new byte[0], Tree.Mode.PERSISTENT));
        var first = await(tree.exists("/first")).orElseThrow();
        var second = await(tree.get("/second"));
        assertThat(first.czxid()).isLessThan(second.stat().czxid());
        await(tree.delete("/first", -1));
        await(tree.create("/first", new byte[0], Tree.Mode.PERSISTENT));
        assertThat(await(tree.exists("/first")).orElseThrow().czxid())
                .isGreaterThan(second.stat().czxid());
    }
}
