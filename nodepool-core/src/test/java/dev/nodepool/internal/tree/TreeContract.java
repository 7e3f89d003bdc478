package dev.nodepool.internal.tree;

import static dev.nodepool.internal.tree.Tree.Mode.EPHEMERAL;
import static dev.nodepool.internal.tree.Tree.Mode.EPHEMERAL_SEQUENTIAL;
import static dev.nodepool.internal.tree.Tree.Mode.PERSISTENT;
import static dev.nodepool.internal.tree.Tree.Mode.PERSISTENT_SEQUENTIAL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.tree.Tree.Change;
import dev.nodepool.internal.tree.Tree.Change.Kind;
import dev.nodepool.internal.tree.TreeException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every tree does, told once. Each test has a tree without anything of another test below its root. */
abstract class TreeContract {

    static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<Tree> opened = new ArrayList<>();

    /** A tree on the shared server; need not be connected yet. */
    abstract Tree start();

    /** Ends the session as the server would. */
    abstract void killSession(Tree tree);

    /** Takes the server away from all trees. */
    abstract void disconnect();

    abstract void reconnect();

    /** After all trees are closed. */
    abstract void stopServer();

    Tree open() {
        var tree = start();
        opened.add(tree);
        awaitConnected(tree);
        return tree;
    }

    static void awaitConnected(Tree tree) {
        await().atMost(LIMIT).until(() -> tree.session().connected());
    }

    @AfterEach
    void closeTrees() {
        opened.forEach(Tree::close);
        stopServer();
    }

    static <T> T got(CompletableFuture<T> future) {
        try {
            return future.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof TreeException tree ? tree : failed;
        }
    }

    static TreeException refusal(CompletableFuture<?> future) {
        var failure = future.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .handle((done, thrown) -> thrown)
                .join();
        assertThat(failure).isInstanceOf(TreeException.class);
        return (TreeException) failure;
    }

    static Code code(CompletableFuture<?> future) {
        return refusal(future).code();
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void createdZnodeCarriesDataAndStat() {
        var tree = open();
        var made = got(tree.create("/a", bytes("one"), PERSISTENT));
        assertThat(made.path()).isEqualTo("/a");
        assertThat(made.name()).isEqualTo("a");
        assertThat(made.data()).isEqualTo(bytes("one"));
        assertThat(made.stat().version()).isZero();
        assertThat(made.stat().czxid()).isPositive().isEqualTo(made.stat().mzxid());
        assertThat(made.stat().mtimeMillis()).isPositive().isEqualTo(made.stat().ctimeMillis());
        assertThat(made.stat().ephemeralOwner()).isZero();
        assertThat(made.stat().children()).isZero();
        var read = got(tree.get("/a"));
        assertThat(read.data()).isEqualTo(bytes("one"));
        assertThat(read.stat()).isEqualTo(made.stat());
    }

    @Test
    void createIsRefusedWithoutParentTwiceOrBelowAnEphemeral() {
        var tree = open();
        assertThat(code(tree.create("/no/parent", bytes(""), PERSISTENT))).isEqualTo(Code.NO_NODE);
        got(tree.create("/e", bytes(""), EPHEMERAL));
        assertThat(code(tree.create("/e", bytes(""), PERSISTENT))).isEqualTo(Code.NODE_EXISTS);
        assertThat(code(tree.create("/e/child", bytes(""), PERSISTENT))).isEqualTo(Code.EPHEMERAL_PARENT);
    }

    @Test
    void malformedPathFailsTheFuture() {
        var tree = open();
        assertThat(code(tree.create("relative", bytes(""), PERSISTENT))).isEqualTo(Code.OTHER);
        assertThat(code(tree.create("/trailing/", bytes(""), PERSISTENT))).isEqualTo(Code.OTHER);
        assertThat(code(tree.get("/double//slash"))).isEqualTo(Code.OTHER);
        assertThat(code(tree.multi(List.of(new Op.Delete("bad", -1))))).isEqualTo(Code.OTHER);
    }

    @Test
    void sequenceHasTenDigitsAlsoAfterATrailingSlash() {
        var tree = open();
        got(tree.ensure("/nodepool/nodes"));
        var first = got(tree.create("/nodepool/nodes/", bytes("x"), PERSISTENT_SEQUENTIAL));
        assertThat(first.path()).isEqualTo("/nodepool/nodes/0000000000");
        assertThat(first.name()).isEqualTo("0000000000");
        var second = got(tree.create("/nodepool/nodes/200-", bytes("x"), EPHEMERAL_SEQUENTIAL));
        assertThat(second.path()).isEqualTo("/nodepool/nodes/200-0000000001");
    }

    @Test
    void sequenceCountsEveryChildEverCreated() {
        var tree = open();
        got(tree.create("/p", bytes(""), PERSISTENT));
        got(tree.create("/p/plain", bytes(""), PERSISTENT));
        got(tree.delete("/p/plain", -1));
        got(tree.create("/p/passing", bytes(""), EPHEMERAL));
        assertThat(code(tree.create("/p/passing", bytes(""), PERSISTENT))).isEqualTo(Code.NODE_EXISTS);
        assertThat(code(tree.multi(
                        List.of(new Op.Create("/p/undone", bytes(""), PERSISTENT), new Op.Delete("/p/absent", -1)))))
                .isEqualTo(Code.NO_NODE);
        assertThat(got(tree.create("/p/n", bytes(""), PERSISTENT_SEQUENTIAL)).path())
                .isEqualTo("/p/n0000000002");
        var done = got(tree.multi(List.of(
                new Op.Create("/p/m", bytes(""), PERSISTENT_SEQUENTIAL),
                new Op.Create("/p/m", bytes(""), PERSISTENT_SEQUENTIAL))));
        assertThat(done).extracting(Op.Done::path).containsExactly("/p/m0000000003", "/p/m0000000004");
    }

    @Test
    void ensureCreatesWhatIsMissingAndKeepsWhatIsThere() {
        var tree = open();
        got(tree.create("/a", bytes("kept"), PERSISTENT));
        got(tree.ensure("/a/b/c"));
        got(tree.ensure("/a/b/c"));
        got(tree.ensure("/"));
        assertThat(got(tree.get("/a")).data()).isEqualTo(bytes("kept"));
        assertThat(got(tree.get("/a")).stat().version()).isZero();
        var leaf = got(tree.get("/a/b/c"));
        assertThat(leaf.data()).isEmpty();
        assertThat(leaf.stat().ephemeralOwner()).isZero();
    }

    @Test
    void concurrentEnsuresAllSucceed() {
        var trees = List.of(open(), open());
        var all = new ArrayList<CompletableFuture<Void>>();
        for (var i = 0; i < 20; i++) {
            all.add(trees.get(i % 2).ensure("/x/y/z"));
        }
        all.forEach(TreeContract::got);
        assertThat(got(trees.get(0).exists("/x/y/z"))).isPresent();
    }

    @Test
    void ensureFailsBelowAnEphemeral() {
        var tree = open();
        got(tree.create("/e", bytes(""), EPHEMERAL));
        assertThat(TreeException.codeOf(tree.ensure("/e/x")
                        .handle((done, thrown) -> thrown)
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join()))
                .isEqualTo(Code.EPHEMERAL_PARENT);
    }

    @Test
    void setCountsVersionsAndRefusesAStaleOne() {
        var tree = open();
        var made = got(tree.create("/a", bytes("0"), PERSISTENT));
        var first = got(tree.set("/a", bytes("1"), 0));
        assertThat(first.version()).isEqualTo(1);
        assertThat(first.mzxid()).isGreaterThan(made.stat().mzxid());
        assertThat(first.czxid()).isEqualTo(made.stat().czxid());
        assertThat(first.ctimeMillis()).isEqualTo(made.stat().ctimeMillis());
        assertThat(code(tree.set("/a", bytes("x"), 0))).isEqualTo(Code.BAD_VERSION);
        assertThat(got(tree.set("/a", bytes("2"), -1)).version()).isEqualTo(2);
        assertThat(got(tree.get("/a")).data()).isEqualTo(bytes("2"));
        assertThat(code(tree.set("/absent", bytes("x"), -1))).isEqualTo(Code.NO_NODE);
    }

    @Test
    void deleteNeedsTheVersionAndNoChildren() {
        var tree = open();
        got(tree.ensure("/a/b"));
        assertThat(code(tree.delete("/a", -1))).isEqualTo(Code.NOT_EMPTY);
        assertThat(code(tree.delete("/a/b", 3))).isEqualTo(Code.BAD_VERSION);
        got(tree.delete("/a/b", 0));
        got(tree.delete("/a", -1));
        assertThat(code(tree.delete("/a", -1))).isEqualTo(Code.NO_NODE);
        assertThat(got(tree.exists("/a"))).isEmpty();
    }

    @Test
    void childrenAreNamesAndCounted() {
        var tree = open();
        got(tree.ensure("/a/x/deeper"));
        got(tree.ensure("/a/y"));
        assertThat(got(tree.children("/a"))).containsExactlyInAnyOrder("x", "y");
        assertThat(got(tree.children("/a/y"))).isEmpty();
        assertThat(got(tree.get("/a")).stat().children()).isEqualTo(2);
        assertThat(code(tree.children("/absent"))).isEqualTo(Code.NO_NODE);
    }

    @Test
    void existsTellsTheStatOrNothing() {
        var tree = open();
        assertThat(got(tree.exists("/a"))).isEmpty();
        var made = got(tree.create("/a", bytes(""), EPHEMERAL));
        assertThat(got(tree.exists("/a"))).isEqualTo(Optional.of(made.stat()));
        assertThat(code(tree.get("/b"))).isEqualTo(Code.NO_NODE);
    }

    @Test
    void failureNamesThePath() {
        assertThat(refusal(open().get("/absent")))
                .hasMessageContaining("/absent")
                .satisfies(e -> assertThat(e.index()).isEqualTo(-1));
    }

    @Test
    void dataOfAnyKindComesBack() {
        var tree = open();
        var text = "{\"name\":\"größe 東京 🚀\"}";
        got(tree.create("/ünïcödé-東京", bytes(text), PERSISTENT));
        assertThat(new String(got(tree.get("/ünïcödé-東京")).data(), UTF_8)).isEqualTo(text);
        got(tree.set("/ünïcödé-東京", new byte[0], -1));
        assertThat(got(tree.get("/ünïcödé-東京")).data()).isEmpty();
        var large = new byte[200_000];
        large[199_999] = -1;
        got(tree.set("/ünïcödé-東京", large, -1));
        assertThat(got(tree.get("/ünïcödé-東京")).data()).isEqualTo(large);
    }

    @Test
    void multiDoesAllInOneTransaction() {
        var tree = open();
        got(tree.ensure("/a/gone"));
        var done = got(tree.multi(List.of(
                new Op.Check("/a", 0),
                new Op.Create("/a/lock", bytes(""), PERSISTENT),
                new Op.Create("/a/lock/c-", bytes("me"), EPHEMERAL_SEQUENTIAL),
                new Op.Set("/a", bytes("new"), 0),
                new Op.Delete("/a/gone", -1))));
        assertThat(done)
                .extracting(Op.Done::path)
                .containsExactly("/a", "/a/lock", "/a/lock/c-0000000000", "/a", "/a/gone");
        var stat = done.get(3).stat();
        assertThat(stat).isNotNull();
        assertThat(stat.version()).isEqualTo(1);
        assertThat(stat.mzxid()).isEqualTo(got(tree.get("/a")).stat().mzxid());
        assertThat(got(tree.get("/a/lock/c-0000000000")).stat().czxid()).isEqualTo(stat.mzxid());
        assertThat(got(tree.exists("/a/gone"))).isEmpty();
    }

    @Test
    void failedMultiChangesNothingAndNamesTheFirstFailure() {
        var tree = open();
        got(tree.create("/a", bytes("old"), PERSISTENT));
        var refused = refusal(tree.multi(List.of(
                new Op.Set("/a", bytes("new"), 0),
                new Op.Create("/b", bytes(""), PERSISTENT),
                new Op.Set("/a", bytes("newer"), 0),
                new Op.Delete("/absent", -1))));
        assertThat(refused.code()).isEqualTo(Code.BAD_VERSION);
        assertThat(refused.index()).isEqualTo(2);
        assertThat(got(tree.get("/a")).data()).isEqualTo(bytes("old"));
        assertThat(got(tree.get("/a")).stat().version()).isZero();
        assertThat(got(tree.exists("/b"))).isEmpty();

        var first = refusal(tree.multi(List.of(new Op.Check("/absent", -1), new Op.Delete("/a", -1))));
        assertThat(first.code()).isEqualTo(Code.NO_NODE);
        assertThat(first.index()).isZero();
        var exists = refusal(tree.multi(List.of(new Op.Check("/a", 0), new Op.Create("/a", bytes(""), PERSISTENT))));
        assertThat(exists.code()).isEqualTo(Code.NODE_EXISTS);
        assertThat(exists.index()).isEqualTo(1);
    }

    @Test
    void emptyMultiDoesNothing() {
        assertThat(got(open().multi(List.of()))).isEmpty();
    }

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
        last.forEach(TreeContract::got);
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
        reads.forEach(TreeContract::got);
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
                .map((Function<CompletableFuture<Code>, Code>) TreeContract::got)
                .toList();
        assertThat(codes).allMatch(code -> code == null || code == Code.CONNECTION_LOSS);
        reconnect();
        awaitConnected(tree);
        var done = codes.stream().filter(Objects::isNull).count();
        assertThat((long) got(tree.get("/a")).stat().version()).isBetween(done, 500L);
    }

    @Test
    void tenThousandPipelinedCallsAllSucceedInOrder() {
        var tree = open();
        got(tree.create("/a", bytes(""), PERSISTENT));
        var versions = new CopyOnWriteArrayList<Integer>();
        var calls = new ArrayList<CompletableFuture<?>>();
        for (var i = 0; i < 10_000; i++) {
            var version = i;
            calls.add(tree.set("/a", bytes("x"), i).thenAccept(stat -> {
                if (version % 1000 == 0) {
                    versions.add(stat.version());
                }
            }));
        }
        CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new))
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        assertThat(versions).containsExactly(1, 1001, 2001, 3001, 4001, 5001, 6001, 7001, 8001, 9001);
        assertThat(got(tree.get("/a")).stat().version()).isEqualTo(10_000);
    }
}
