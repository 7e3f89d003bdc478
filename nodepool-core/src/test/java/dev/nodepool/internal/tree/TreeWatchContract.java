package dev.nodepool.internal.tree;

import static dev.nodepool.internal.tree.Tree.Mode.EPHEMERAL;
import static dev.nodepool.internal.tree.Tree.Mode.PERSISTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.tree.Tree.Change;
import dev.nodepool.internal.tree.Tree.Change.Kind;
import dev.nodepool.testing.Behaviour;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every tree tells of changes. */
abstract class TreeWatchContract extends TreeContractBase {

    @Test
    void watchTellsEverythingAtAndBelowItsPath() {
        var tree = open();
        var other = open();
        got(tree.ensure("/root"));
        got(tree.ensure("/rooted"));
        var seen = new CopyOnWriteArrayList<Change>();
        got(tree.watch("/root", seen::add));
        got(other.create("/root/a", bytes(""), PERSISTENT));
        got(other.create("/root/a/b", bytes(""), EPHEMERAL));
        got(other.set("/root/a", bytes("1"), -1));
        got(other.set("/rooted", bytes("1"), -1));
        got(other.set("/root", bytes("1"), -1));
        got(other.delete("/root/a/b", -1));
        got(other.delete("/root/a", -1));
        got(other.delete("/root", -1));
        await().atMost(LIMIT).until(() -> seen.size() >= 7);
        assertThat(seen)
                .containsExactly(
                        new Change(Kind.CREATED, "/root/a"),
                        new Change(Kind.CREATED, "/root/a/b"),
                        new Change(Kind.CHANGED, "/root/a"),
                        new Change(Kind.CHANGED, "/root"),
                        new Change(Kind.DELETED, "/root/a/b"),
                        new Change(Kind.DELETED, "/root/a"),
                        new Change(Kind.DELETED, "/root"));
    }

    @Test
    void watchOnAMissingPathTellsItsCreation() {
        var tree = open();
        var seen = new CopyOnWriteArrayList<Change>();
        got(tree.watch("/later", seen::add));
        got(tree.ensure("/later/on"));
        assertThat(seen).containsExactly(new Change(Kind.CREATED, "/later"), new Change(Kind.CREATED, "/later/on"));
    }

    @Test
    @Behaviour("Z89")
    void watchOnTheRootTellsAll() {
        var tree = open();
        var seen = new CopyOnWriteArrayList<Change>();
        got(tree.watch("/", seen::add));
        got(tree.ensure("/a/b"));
        assertThat(seen).containsExactly(new Change(Kind.CREATED, "/a"), new Change(Kind.CREATED, "/a/b"));
    }

    @Test
    void ownEventComesBeforeTheReply() {
        var tree = open();
        got(tree.ensure("/root"));
        var order = new CopyOnWriteArrayList<String>();
        got(tree.watch("/root", change -> order.add(change.kind() + " " + change.path())));
        var last = new ArrayList<CompletableFuture<?>>();
        for (var i = 0; i < 50; i++) {
            var path = "/root/" + i;
            last.add(tree.create(path, bytes(""), PERSISTENT).thenRun(() -> order.add("reply CREATED " + path)));
            last.add(tree.set(path, bytes("1"), -1).thenRun(() -> order.add("reply CHANGED " + path)));
            last.add(tree.multi(List.of(new Op.Delete(path, -1))).thenRun(() -> order.add("reply DELETED " + path)));
        }
        last.forEach(TreeContractBase::got);
        for (var i = 0; i < 50; i++) {
            for (var kind : Kind.values()) {
                assertThat(order).containsSubsequence(kind + " /root/" + i, "reply " + kind + " /root/" + i);
            }
        }
        assertThat(order).hasSize(300);
    }

    @Test
    void readReplyThatShowsAChangeComesAfterItsEvent() {
        var writer = open();
        var reader = open();
        got(writer.create("/a", bytes("0"), PERSISTENT));
        var heard = new AtomicInteger();
        got(reader.watch("/a", change -> heard.incrementAndGet()));
        var early = new AtomicInteger();
        var reads = new ArrayList<CompletableFuture<?>>();
        for (var i = 0; i < 200; i++) {
            got(writer.set("/a", bytes("x"), -1));
            reads.add(reader.get("/a").thenAccept(znode -> {
                if (znode.stat().version() > heard.get()) {
                    early.incrementAndGet();
                }
            }));
        }
        reads.forEach(TreeContractBase::got);
        assertThat(early).hasValue(0);
    }

    @Test
    void severalListenersOfOnePathHearEverythingUntilClosed() {
        var tree = open();
        got(tree.ensure("/root"));
        var first = new CopyOnWriteArrayList<Change>();
        var second = new CopyOnWriteArrayList<Change>();
        var one = got(tree.watch("/root", first::add));
        var two = got(tree.watch("/root", second::add));
        got(tree.create("/root/a", bytes(""), PERSISTENT));
        one.close();
        one.close();
        got(tree.create("/root/b", bytes(""), PERSISTENT));
        two.close();
        got(tree.create("/root/c", bytes(""), PERSISTENT));
        assertThat(first).containsExactly(new Change(Kind.CREATED, "/root/a"));
        assertThat(second).containsExactly(new Change(Kind.CREATED, "/root/a"), new Change(Kind.CREATED, "/root/b"));
        var third = new CopyOnWriteArrayList<Change>();
        got(tree.watch("/root", third::add));
        got(tree.create("/root/d", bytes(""), PERSISTENT));
        assertThat(third).containsExactly(new Change(Kind.CREATED, "/root/d"));
    }

    @Test
    void nestedWatchesEachHearOnce() {
        var tree = open();
        got(tree.ensure("/root/inner"));
        var outer = new CopyOnWriteArrayList<Change>();
        var inner = new CopyOnWriteArrayList<Change>();
        got(tree.watch("/root", outer::add));
        got(tree.watch("/root/inner", inner::add));
        got(tree.create("/root/inner/x", bytes(""), PERSISTENT));
        assertThat(outer).containsExactly(new Change(Kind.CREATED, "/root/inner/x"));
        assertThat(inner).containsExactly(new Change(Kind.CREATED, "/root/inner/x"));
    }

    @Test
    void throwingListenerHoldsUpNobody() {
        var tree = open();
        got(tree.ensure("/root"));
        var seen = new CopyOnWriteArrayList<Change>();
        got(tree.watch("/root", change -> {
            throw new IllegalStateException("on purpose");
        }));
        got(tree.watch("/root", seen::add));
        got(tree.create("/root/a", bytes(""), PERSISTENT));
        assertThat(seen).hasSize(1);
    }

    @Test
    void oneShotWatchTellsOnceWhenDataChanges() {
        var tree = open();
        got(tree.ensure("/root"));
        got(tree.watch("/root", change -> {}));
        got(tree.create("/root/a", bytes(""), PERSISTENT));
        var told = new AtomicInteger();
        got(tree.get("/root/a", told::incrementAndGet));
        got(tree.create("/root/a/child", bytes(""), PERSISTENT));
        assertThat(told).hasValue(0);
        got(tree.set("/root/a", bytes("1"), -1));
        got(tree.set("/root/a", bytes("2"), -1));
        assertThat(told).hasValue(1);
    }

    @Test
    void oneShotWatchTellsWhenAnotherSessionEnds() {
        var holder = open();
        var tree = open();
        got(holder.create("/lock", bytes(""), EPHEMERAL));
        var told = new AtomicInteger();
        got(tree.get("/lock", told::incrementAndGet));
        holder.close();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(told).hasValue(1));
        assertThat(got(tree.exists("/lock"))).isEmpty();
    }

    @Test
    void severalOneShotWatchesOfOneZnodeAllTell() {
        var tree = open();
        got(tree.create("/a", bytes(""), PERSISTENT));
        var told = new AtomicInteger();
        got(tree.get("/a", told::incrementAndGet));
        got(tree.get("/a", told::incrementAndGet));
        got(tree.delete("/a", -1));
        assertThat(told).hasValue(2);
    }
}
