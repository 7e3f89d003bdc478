package dev.nodepool.internal.tree;

import static dev.nodepool.internal.tree.Tree.Mode.EPHEMERAL;
import static dev.nodepool.internal.tree.Tree.Mode.PERSISTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.tree.Tree.Change;
import dev.nodepool.internal.tree.Tree.Change.Kind;
import dev.nodepool.internal.tree.TreeException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What every tree does when its connection or session goes. */
abstract class TreeSessionContract extends TreeWatchContract {

    @Test
    void ephemeralsNameTheirSessionAndVanishOnClose() {
        var owner = open();
        var other = open();
        var made = got(owner.create("/e", bytes(""), EPHEMERAL));
        assertThat(made.stat().ephemeralOwner()).isEqualTo(owner.session().id()).isNotZero();
        var seen = new CopyOnWriteArrayList<Change>();
        got(other.watch("/e", seen::add));
        assertThat(other.session().id()).isNotEqualTo(owner.session().id());
        owner.close();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(seen).containsExactly(new Change(Kind.DELETED, "/e")));
    }

    @Test
    void callsAfterCloseFail() {
        var tree = open();
        tree.close();
        tree.close();
        assertThat(code(tree.get("/"))).isEqualTo(Code.CLOSED);
        assertThat(code(tree.create("/a", bytes(""), PERSISTENT))).isEqualTo(Code.CLOSED);
        assertThat(code(tree.watch("/", change -> {}))).isEqualTo(Code.CLOSED);
        assertThat(code(tree.multi(List.of()))).isEqualTo(Code.CLOSED);
        await().atMost(LIMIT).until(() -> tree.session().state() == Session.State.LOST);
    }

    @Test
    void lostSessionIsToldAndReplaced() {
        var tree = open();
        var watcher = open();
        var states = new CopyOnWriteArrayList<Session>();
        tree.onSession(states::add);
        var before = tree.session();
        got(tree.create("/e", bytes(""), EPHEMERAL));
        var seen = new CopyOnWriteArrayList<Change>();
        got(tree.watch("/e", seen::add));
        killSession(tree);
        await().atMost(LIMIT)
                .until(() -> tree.session().connected() && tree.session().id() != before.id());
        assertThat(states).containsSubsequence(new Session(before.id(), Session.State.LOST), tree.session());
        assertThat(got(watcher.exists("/e"))).isEmpty();
        assertThat(watcher.session().connected()).isTrue();
        // The watch went with its session.
        seen.clear();
        got(tree.create("/e", bytes(""), EPHEMERAL));
        assertThat(seen).isEmpty();
        got(tree.watch("/e", seen::add));
        got(tree.set("/e", bytes("1"), -1));
        assertThat(seen).containsExactly(new Change(Kind.CHANGED, "/e"));
    }

    @Test
    void disconnectedCallsFailAtOnceAndTheSessionSurvives() {
        var tree = open();
        var states = new CopyOnWriteArrayList<Session>();
        var stop = tree.onSession(states::add);
        var before = tree.session();
        got(tree.ensure("/root"));
        got(tree.create("/e", bytes(""), EPHEMERAL));
        var seen = new CopyOnWriteArrayList<Change>();
        got(tree.watch("/root", seen::add));
        disconnect();
        await().atMost(LIMIT).until(() -> tree.session().state() == Session.State.SUSPENDED);
        var call = tree.set("/root", bytes("x"), -1);
        assertThat(call).isDone();
        assertThat(code(call)).isEqualTo(Code.CONNECTION_LOSS);
        reconnect();
        awaitConnected(tree);
        assertThat(tree.session()).isEqualTo(before);
        assertThat(states)
                .startsWith(new Session(before.id(), Session.State.SUSPENDED))
                .endsWith(before);
        assertThat(got(tree.exists("/e"))).isPresent();
        // The watch is still set.
        got(tree.create("/root/a", bytes(""), PERSISTENT));
        assertThat(seen).containsExactly(new Change(Kind.CREATED, "/root/a"));
        var told = states.size();
        stop.run();
        killSession(tree);
        await().atMost(LIMIT)
                .until(() -> tree.session().connected() && tree.session().id() != before.id());
        assertThat(states).hasSize(told);
    }

    @Test
    void oneShotWatchSurvivesAReconnect() {
        var tree = open();
        got(tree.create("/a", bytes(""), PERSISTENT));
        var told = new AtomicInteger();
        got(tree.get("/a", told::incrementAndGet));
        disconnect();
        await().atMost(LIMIT).until(() -> tree.session().state() == Session.State.SUSPENDED);
        reconnect();
        awaitConnected(tree);
        got(tree.set("/a", bytes("1"), -1));
        assertThat(told).hasValue(1);
    }

    @Test
    void callsOnTheWireAreLostWithTheConnectionAndSettled() {
        var tree = open();
        got(tree.create("/a", bytes(""), PERSISTENT));
        var calls = new ArrayList<CompletableFuture<Stat>>();
        for (var i = 0; i < 500; i++) {
            calls.add(tree.set("/a", bytes("x"), -1));
        }
        disconnect();
        var codes = calls.stream()
                .map(call -> call.handle((done, thrown) -> thrown == null ? null : TreeException.codeOf(thrown)))
                .map((Function<CompletableFuture<Code>, Code>) TreeContractBase::got)
                .toList();
        assertThat(codes).allMatch(code -> code == null || code == Code.CONNECTION_LOSS);
        reconnect();
        awaitConnected(tree);
        var done = codes.stream().filter(Objects::isNull).count();
        assertThat((long) got(tree.get("/a")).stat().version()).isBetween(done, 500L);
    }
}
