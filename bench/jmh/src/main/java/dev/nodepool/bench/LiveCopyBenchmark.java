package dev.nodepool.bench;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.MemoryServer;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.Znode;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Another party's write to a node until the live copy has it: event, read, parse, indexes. On the tree in memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LiveCopyBenchmark {

    @Param({"100", "10000"})
    private int nodes = 100;

    private final MemoryServer server = MemoryServer.inline(() -> 0);
    private final MemoryTree user = server.open();
    private String changed = "";
    private byte[] even = {};
    private byte[] odd = {};
    private boolean turn;

    @Setup
    public void fill() {
        var threads = new Threads(InstantSource.system(), Runnable::run, (delay, action) -> () -> {});
        var stores = new Stores(server.open(), new Loop("bench", Runnable::run), threads, "bench");
        user.ensure(Layout.NODES).join();
        for (var i = 0; i < nodes; i++) {
            Znode made = user.create(
                            Layout.NODES + "/", Json.write(Nodes.node(i, i % 2 == 0)), Tree.Mode.PERSISTENT_SEQUENTIAL)
                    .join();
            changed = made.path();
        }
        stores.start();
        even = Json.write(Nodes.node(0, true));
        odd = Json.write(Nodes.node(0, false));
    }

    @Benchmark
    public Object change() {
        turn = !turn;
        return user.set(changed, turn ? even : odd, -1).join();
    }
}
