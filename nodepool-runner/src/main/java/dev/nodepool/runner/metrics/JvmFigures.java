package dev.nodepool.runner.metrics;

import com.codahale.metrics.MetricFilter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.ScheduledReporter;
import com.codahale.metrics.jvm.GarbageCollectorMetricSet;
import com.codahale.metrics.jvm.MemoryUsageGaugeSet;
import com.codahale.metrics.jvm.ThreadStatesGaugeSet;
import com.github.jjagged.metrics.reporting.StatsDReporter;
import com.github.jjagged.metrics.reporting.statsd.DatagramSocketFactory;
import com.github.jjagged.metrics.reporting.statsd.StatsD;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the Java VM tells statsd of itself, as gauges, every ten seconds. */
final class JvmFigures implements AutoCloseable {

    /** All of them, below {@code nodepool.<program>.<host>.jvm}; {@code <collector>} is one of the VM's garbage collectors. */
    static final List<String> NAMES = List.of(
            "memory.heap.used",
            "memory.heap.committed",
            "memory.heap.max",
            "memory.non-heap.used",
            "memory.non-heap.committed",
            "threads.count",
            "threads.daemon.count",
            "threads.deadlock.count",
            "gc.<collector>.count",
            "gc.<collector>.time");

    private static final long EVERY_SECONDS = 10;

    private final ScheduledReporter reporter;

    private JvmFigures(ScheduledReporter reporter) {
        this.reporter = reporter;
    }

    /**
     * Begins to tell.
     *
     * @param prefix what the names begin with
     * @param lines gets one line at a time
     */
    static JvmFigures start(String prefix, Consumer<String> lines) {
        MetricRegistry registry = new MetricRegistry();
        registry.register("memory", new MemoryUsageGaugeSet());
        registry.register("threads", new ThreadStatesGaugeSet());
        registry.register("gc", new GarbageCollectorMetricSet());
        MetricFilter told = (name, metric) -> name.startsWith("gc.") || NAMES.contains(name);
        ScheduledReporter reporter = StatsDReporter.forRegistry(registry)
                .prefixedWith(prefix)
                .filter(told)
                .build(new StatsD(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), new Funnel(lines)));
        reporter.start(0, EVERY_SECONDS, TimeUnit.SECONDS);
        return new JvmFigures(reporter);
    }

    @Override
    public void close() {
        reporter.stop();
    }

    /** The reporter would open a socket each time and keep to the first address of its host; this sends with the others. */
    private static final class Funnel extends DatagramSocketFactory {

        private final Consumer<String> lines;

        Funnel(Consumer<String> lines) {
            this.lines = lines;
        }

        @Override
        public DatagramSocket createSocket() throws SocketException {
            return new DatagramSocket((@Nullable SocketAddress) null) {
                @Override
                public void send(DatagramPacket packet) {
                    lines.accept(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
                }
            };
        }

        @Override
        public DatagramPacket createPacket(byte[] bytes, int length, InetSocketAddress unused) {
            return new DatagramPacket(bytes, length);
        }
    }
}
