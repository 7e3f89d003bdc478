package dev.nodepool.bench;

import dev.nodepool.internal.store.Json;
import dev.nodepool.model.Document;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One node record from and to the bytes in ZooKeeper. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CodecBenchmark {

    private final Document node = Nodes.node(1, true);
    private final byte[] bytes = Json.write(node);

    @Benchmark
    public Document read() throws Json.Unreadable {
        return Json.read(bytes);
    }

    @Benchmark
    public byte[] write() {
        return Json.write(node);
    }
}
