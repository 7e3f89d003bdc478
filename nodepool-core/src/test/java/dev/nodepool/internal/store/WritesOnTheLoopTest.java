package dev.nodepool.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.MemoryServer;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.Node;
import dev.nodepool.testing.ManualTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The live copy is told of each write before it is sent, and belongs to the loop; answers come on another thread. */
class WritesOnTheLoopTest {

    private final ExecutorService loopThread = Executors.newSingleThreadExecutor(task -> new Thread(task, "loop"));
    private final ExecutorService serverThread = Executors.newSingleThreadExecutor(task -> new Thread(task, "server"));
    private final ManualTime time = new ManualTime();
    private final List<String> writers = new CopyOnWriteArrayList<>();
    private final Stores stores = stores();

    private Stores stores() {
        var tree = new MemoryServer(serverThread, () -> time.instant().toEpochMilli()).open();
        var watched = Proxy.newProxyInstance(
                Tree.class.getClassLoader(), new Class<?>[] {Tree.class}, (self, method, arguments) -> {
                    if (method.getName().equals("multi")) {
                        writers.add(Thread.currentThread().getName());
                    }
                    try {
                        return late(method.invoke(tree, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        var threads = new Threads(time, loopThread, time);
        return new Stores((Tree) watched, new Loop("ours", loopThread), threads, "ours");
    }

    /** Answers when whoever asked has long gone on to wait for it, so that what follows runs on the answering thread. */
    private Object late(Object answer) {
        return answer instanceof CompletableFuture<?> future
                ? future.whenCompleteAsync(
                        (x, failure) -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS, serverThread))
                : answer;
    }

    private <R> R onLoop(Supplier<CompletableFuture<R>> action) throws Exception {
        return CompletableFuture.supplyAsync(action, stores.loop())
                .thenCompose(x -> x)
                .get(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void end() {
        stores.close();
        loopThread.shutdown();
        serverThread.shutdown();
    }

    @Test
    void aNodeIsClaimedChangedAndGivenUpFromTheLoopAlone() throws Exception {
        stores.start();
        var nodes = stores.nodes();
        var recorded = onLoop(() -> nodes.create(
                "",
                StoreFixture.node(Map.of(Node.LAUNCH_TOKEN, "a")),
                NodeEvent.RECORD,
                Tree.Mode.PERSISTENT_SEQUENTIAL));

        var claimed = onLoop(() -> nodes.claim(recorded, NodeEvent.BUILD, Map.of()));
        var known = onLoop(() -> nodes.update(claimed, Map.of(Node.EXTERNAL_ID, "vm")));
        onLoop(() -> nodes.applyAndRelease(known, NodeEvent.ABORT, Map.of()));

        assertThat(writers).hasSizeGreaterThan(3).containsOnly("loop");
    }
}
