package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.nodepool.internal.tree.EmbeddedServer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops everything in one process, again and again, and looks what stays. */
abstract class StartStopBase {

    private static final Logger LOG = LoggerFactory.getLogger(StartStopBase.class);

    /** Of the JVM and of this test: they come once, with the first that need them, and serve everybody. */
    private static final Set<String> OTHERS = Set.of(
            "CompletableFutureDelayScheduler",
            "Cleaner-",
            "Common-Cleaner",
            "process reaper",
            "ForkJoinPool.commonPool",
            "Keep-Alive-Timer",
            "Reference Handler",
            "Finalizer",
            "Signal Dispatcher",
            "Attach Listener",
            "Notification Thread",
            "JNA Cleaner",
            "awaitility");

    /** The JVM and the server open some for good, now and then. */
    private static final int ONES = 5;

    private static final Pattern LINE = Pattern.compile(
            "(?m)^ *\\d+: +(\\d+) +\\d+ +((?:dev\\.nodepool|org\\.apache\\.curator|org\\.apache\\.sshd)\\.[^ ]*"
                    + "|org\\.apache\\.zookeeper\\.(?:ZooKeeper|ClientCnxn)[^ ]*)");

    private static final String LAUNCHER = """
            labels: [{name: small}]
            providers:
              - name: fake-one
                driver: fake
                cloud: fake
                cloud-images: [{name: debian}]
                pools:
                  - name: main
                    max-servers: 3
                    labels: [{name: small, cloud-image: debian, min-ram: 8192}]
            """;

    /** @param open descriptors of this process */
    private record Left(Set<String> threads, long open, long heap) {}

    void startsAndStops(int times, Path images) throws Exception {
        try (var zooKeeper = EmbeddedServer.temporary()) {
            // What comes once is no leak: classes, pools of the JVM, and the last 500 changes that the server
            // remembers.
            for (var i = 0; i < 12; i++) {
                cycle(zooKeeper, images);
            }
            var before = settled(null);
            var objectsBefore = objects();
            for (var i = 0; i < times; i++) {
                cycle(zooKeeper, images);
            }
            var after = settled(before);
            LOG.info("After {} cycles: {} (before: {})", times, after, before);
            assertThat(objects())
                    .allSatisfy((type, count) -> assertThat(count - objectsBefore.getOrDefault(type, 0L))
                            .as("more objects of " + type)
                            .isLessThan(times / 4));
            assertThat(after.heap() - before.heap())
                    .as("bytes of heap more, however many cycles")
                    .isLessThan(2_000_000);
        }
    }

    private static void cycle(EmbeddedServer zooKeeper, Path images) throws Exception {
        try (var pool = NodePool.builder()
                        .configText(LAUNCHER)
                        .zooKeeper(zooKeeper.connectString())
                        .build()
                        .start();
                var builder = ImageBuilder.builder()
                        .configText("images-dir: " + images)
                        .zooKeeper(zooKeeper.connectString())
                        .build()
                        .start();
                var client = NodeClient.builder()
                        .zooKeeper(zooKeeper.connectString())
                        .build()
                        .start()) {
            try (var lease = client.request("small").get(30, TimeUnit.SECONDS)) {
                lease.inUse();
            }
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> builder.readiness().ready());
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> pool.overview()
                            .get(30, TimeUnit.SECONDS)
                            .filter(overview -> overview.nodes().isEmpty())
                            .isPresent());
        }
    }

    /** How it is after a collection, as soon as no more is left than before, at the latest after 5 s. */
    private static Left settled(Left before) {
        var last = new AtomicReference<>(now());
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            var since = last.getAndSet(now());
            return last.get().threads().equals(since.threads()) && last.get().open() == since.open();
        });
        if (before != null) {
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                last.set(now());
                assertThat(last.get().threads()).isEqualTo(before.threads());
                assertThat(last.get().open()).as("descriptors").isLessThanOrEqualTo(before.open() + ONES);
            });
        }
        return last.get();
    }

    /** How many there are of our objects and of those that connect us, by class. */
    private static Map<String, Long> objects() throws JMException {
        var histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        var objects = new TreeMap<String, Long>();
        // A class has a line for each class loader that knows it.
        LINE.matcher(histogram)
                .results()
                .forEach(line -> objects.merge(line.group(2), Long.valueOf(line.group(1)), Long::sum));
        return objects;
    }

    private static Left now() {
        System.gc();
        var runtime = Runtime.getRuntime();
        var threads = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> OTHERS.stream().noneMatch(name::startsWith))
                .collect(Collectors.toCollection(TreeSet::new));
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Left(threads, system.getOpenFileDescriptorCount(), runtime.totalMemory() - runtime.freeMemory());
    }
}
