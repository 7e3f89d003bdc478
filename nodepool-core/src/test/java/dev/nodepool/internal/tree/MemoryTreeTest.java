package dev.nodepool.internal.tree;

import static dev.nodepool.internal.tree.Tree.Mode.EPHEMERAL;
import static dev.nodepool.internal.tree.Tree.Mode.PERSISTENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.tree.TreeException.Code;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryTreeTest {

    /** On a thread of its own, as a server would be. */
    @Nested
    class Contract extends TreeContract {
        private final ExecutorService thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new ThreadPoolExecutor.DiscardPolicy());
        private final MemoryServer server = new MemoryServer(thread, System::currentTimeMillis);
        private final List<MemoryTree> trees = new ArrayList<>();

        @Override
        Tree start() {
            var tree = server.open();
            trees.add(tree);
            return tree;
        }

        @Override
        void killSession(Tree tree) {
            server.expire((MemoryTree) tree);
        }

        @Override
        void disconnect() {
            trees.forEach(server::suspend);
        }

        @Override
        void reconnect() {
            trees.forEach(server::resume);
        }

        @Override
        void stopServer() {
            thread.shutdown();
        }
    }

    private static final byte[] DATA = {1};

    @Test
    void inlineServerAnswersBeforeTheCallReturns() {
        var tree = MemoryServer.inline(() -> 42).open();
        var made = tree.create("/a", DATA, PERSISTENT);
        assertThat(made).isCompleted();
        assertThat(made.join().stat().ctimeMillis()).isEqualTo(42);
    }

    @Test
    void nothingHappensBeforeTheExecutorRuns() {
        var tasks = new ArrayDeque<Runnable>();
        var server = new MemoryServer(tasks::add, () -> 0);
        var tree = server.open();
        assertThat(tree.session().connected()).isFalse();
        drain(tasks);
        assertThat(tree.session().connected()).isTrue();
        var made = tree.create("/a", DATA, PERSISTENT);
        assertThat(made).isNotDone();
        drain(tasks);
        assertThat(made).isCompleted();
    }

    @Test
    void oneShotWatchThatWasMissedIsToldOnReturn() {
        var server = MemoryServer.inline(() -> 0);
        var away = server.open();
        var writer = server.open();
        writer.create("/a", DATA, PERSISTENT).join();
        writer.create("/b", DATA, PERSISTENT).join();
        var told = new ArrayList<String>();
        away.get("/a", () -> told.add("a")).join();
        away.get("/b", () -> told.add("b")).join();
        server.suspend(away);
        writer.delete("/a", -1).join();
        assertThat(told).isEmpty();
        server.resume(away);
        assertThat(told).containsExactly("a");
    }

    @Test
    void expiryWhileSuspendedIsToldAtOnceAndReplacedOnReturn() {
        var server = MemoryServer.inline(() -> 0);
        var tree = server.open();
        var other = server.open();
        tree.create("/e", DATA, EPHEMERAL).join();
        var id = tree.session().id();
        server.suspend(tree);
        server.expire(tree);
        assertThat(tree.session()).isEqualTo(new Session(id, Session.State.LOST));
        assertThat(TreeContractBase.code(tree.get("/"))).isEqualTo(Code.SESSION_EXPIRED);
        assertThat(other.exists("/e").join()).isEmpty();
        server.resume(tree);
        assertThat(tree.session().connected()).isTrue();
        assertThat(tree.session().id()).isNotEqualTo(id);
    }

    @Test
    void interceptorLosesCallsBeforeOrAfterTheirEffect() {
        var server = MemoryServer.inline(() -> 0);
        var reader = server.open();
        var seen = new ArrayList<String>();
        var tree = server.open(new MemoryTree.Interceptor() {
            @Override
            public Fate before(MemoryTree.Call call) {
                seen.add(call.name() + " " + call.path() + " "
                        + call.operations().size());
                return call.path().equals("/before") ? Fate.LOSE : Fate.PASS;
            }

            @Override
            public Fate after(MemoryTree.Call call) {
                return call.path().equals("/after") ? Fate.LOSE : Fate.PASS;
            }
        });
        assertThat(TreeContractBase.code(tree.create("/before", DATA, PERSISTENT)))
                .isEqualTo(Code.CONNECTION_LOSS);
        assertThat(TreeContractBase.code(tree.create("/after", DATA, PERSISTENT)))
                .isEqualTo(Code.CONNECTION_LOSS);
        assertThat(reader.exists("/before").join()).isEmpty();
        assertThat(reader.exists("/after").join()).isPresent();
        tree.children("/").join();
        assertThat(seen).containsExactly("create /before 1", "create /after 1", "children / 0");
    }

    @Test
    void processThatVanishesAfterAWriteLeavesItsEphemeralsUntilExpiry() {
        var server = MemoryServer.inline(() -> 0);
        var reader = server.open();
        var doomed = server.open(new MemoryTree.Interceptor() {
            @Override
            public Fate after(MemoryTree.Call call) {
                server.vanish(call.tree());
                return Fate.PASS;
            }
        });
        var states = new ArrayList<Session>();
        doomed.onSession(states::add);
        var made = doomed.create("/e", DATA, EPHEMERAL);
        assertThat(made).isNotDone();
        assertThat(doomed.get("/e")).isNotDone();
        doomed.close();
        assertThat(reader.exists("/e").join()).isPresent();
        server.expire(doomed);
        assertThat(reader.exists("/e").join()).isEmpty();
        assertThat(states).isEmpty();
        assertThat(made).isNotDone();
    }

    private static void drain(ArrayDeque<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }
}
