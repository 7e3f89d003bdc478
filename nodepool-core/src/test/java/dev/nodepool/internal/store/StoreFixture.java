package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.MemoryServer;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.MemoryTree.Interceptor.Fate;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.testing.ManualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Stores of one process on a tree in memory, everything on the test's thread; calls are counted and can be lost. */
final class StoreFixture {

    final ManualTime time = new ManualTime();
    final MemoryServer server;
    final MemoryTree other;
    final Process ours;

    /** One process with its session. */
    final class Process implements MemoryTree.Interceptor {

        final List<MemoryTree.Call> calls = new ArrayList<>();
        final MemoryTree tree;
        final Stores stores;
        Predicate<MemoryTree.Call> loseBefore;
        Predicate<MemoryTree.Call> loseAfter = call -> false;

        Process(String name, Predicate<MemoryTree.Call> loseBefore) {
            this.loseBefore = loseBefore;
            tree = server.open(this);
            stores = new Stores(tree, new Loop(name, Runnable::run), threads(), name);
            stores.start();
        }

        @Override
        public Fate before(MemoryTree.Call call) {
            calls.add(call);
            return loseBefore.test(call) ? Fate.LOSE : Fate.PASS;
        }

        @Override
        public Fate after(MemoryTree.Call call) {
            return loseAfter.test(call) ? Fate.LOSE : Fate.PASS;
        }

        RecordCache<Node> nodes() {
            return stores.nodes().cache();
        }
    }

    StoreFixture() {
        server = MemoryServer.inline(() -> time.instant().toEpochMilli());
        other = server.open();
        ours = process("ours");
    }

    Threads threads() {
        return new Threads(time, Runnable::run, time);
    }

    Process process(String name) {
        return process(name, call -> false);
    }

    /** A process whose calls are lost from the beginning, as long as a condition holds. */
    Process process(String name, Predicate<MemoryTree.Call> loseBefore) {
        return new Process(name, loseBefore);
    }

    static Document node(Map<String, ?> more) {
        var fields = new HashMap<String, Object>(Map.of("provider", "p", "type", List.of("a")));
        fields.putAll(more);
        return Node.recorded(fields);
    }

    static <T> T now(CompletableFuture<T> future) {
        if (!future.isDone()) {
            throw new AssertionError("no answer yet");
        }
        return future.join();
    }
}
