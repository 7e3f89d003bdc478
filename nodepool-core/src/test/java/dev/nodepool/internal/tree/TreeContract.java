package dev.nodepool.internal.tree;

import static dev.nodepool.internal.tree.Tree.Mode.EPHEMERAL;
import static dev.nodepool.internal.tree.Tree.Mode.EPHEMERAL_SEQUENTIAL;
import static dev.nodepool.internal.tree.Tree.Mode.PERSISTENT;
import static dev.nodepool.internal.tree.Tree.Mode.PERSISTENT_SEQUENTIAL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.tree.TreeException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every tree does, told once: this class for single and combined calls, its parents for the rest. */
abstract class TreeContract extends TreeSessionContract {

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
        all.forEach(TreeContractBase::got);
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

    @Test
    void syncMakesWritesOfOthersVisible() {
        var writer = open();
        var reader = open();
        got(writer.create("/a", bytes("one"), PERSISTENT));
        got(reader.sync());
        assertThat(got(reader.get("/a")).data()).isEqualTo(bytes("one"));
    }

    @Test
    void largestDataIsTakenAndMoreIsRefusedWithoutLosingTheConnection() {
        var tree = open();
        var session = tree.session();
        var path = "/" + "n".repeat(200);
        got(tree.create(path, new byte[Tree.MAX_DATA], PERSISTENT));
        assertThat(got(tree.get(path)).data()).hasSize(Tree.MAX_DATA);
        got(tree.set(path, new byte[Tree.MAX_DATA], 0));
        var more = new byte[Tree.MAX_DATA + 1];
        assertThat(code(tree.create("/b", more, PERSISTENT))).isEqualTo(Code.OTHER);
        assertThat(code(tree.set(path, more, -1))).isEqualTo(Code.OTHER);
        var half = new byte[Tree.MAX_DATA / 2 + 1];
        assertThat(code(tree.multi(List.of(new Op.Create("/b", half, PERSISTENT), new Op.Set(path, half, -1)))))
                .isEqualTo(Code.OTHER);
        assertThat(got(tree.children("/"))).doesNotContain("b");
        assertThat(tree.session()).isEqualTo(session);
    }

    @Test
    void listingLargerThanAServerTakesFromUsIsRead() {
        var tree = open();
        var session = tree.session();
        got(tree.create("/many", bytes(""), PERSISTENT));
        var name = "/many/" + "n".repeat(200);
        for (var batch = 0; batch < 14; batch++) {
            var creations = new ArrayList<Op>();
            for (var i = 0; i < 400; i++) {
                creations.add(new Op.Create(name, bytes(""), PERSISTENT_SEQUENTIAL));
            }
            got(tree.multi(creations));
        }
        assertThat(got(tree.children("/many"))).hasSize(5600);
        assertThat(tree.session()).isEqualTo(session);
    }

    @Test
    void writeForASessionIsSentInNoOtherOne() {
        var tree = open();
        var session = tree.session().id();
        got(tree.create("/a", bytes(""), EPHEMERAL, session));
        got(tree.multi(List.of(new Op.Set("/a", bytes("x"), 0)), session));
        killSession(tree);
        awaitConnected(tree);
        await().atMost(LIMIT).until(() -> tree.session().id() != session);
        assertThat(code(tree.create("/b", bytes(""), PERSISTENT, session))).isEqualTo(Code.SESSION_EXPIRED);
        assertThat(code(tree.multi(List.of(new Op.Create("/b", bytes(""), PERSISTENT)), session)))
                .isEqualTo(Code.SESSION_EXPIRED);
        assertThat(got(tree.children("/"))).doesNotContain("b");
    }
}
