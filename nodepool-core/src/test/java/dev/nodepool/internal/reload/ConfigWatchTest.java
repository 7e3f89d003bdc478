package dev.nodepool.internal.reload;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.codahale.metrics.MetricRegistry;
import dev.nodepool.config.ConfigException;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.LoadedConfig;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.drivers.fake.FakeDriver;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.metrics.Stats;
import dev.nodepool.testing.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ConfigWatchTest {

    private static final String GOOD = "labels: [{name: a}]\n";
    private static final String OTHER = "labels: [{name: a}, {name: b}]\n";
    private static final String BAD = "labels: [{name: a, min-ready: many}, {name: b, max-ready-age: x}]\n";

    private final ManualTime time = new ManualTime();
    private final List<NodepoolConfig> applied = new ArrayList<>();
    private final ConfigLoader loader = new ConfigLoader(List.of(new FakeDriver()), Map.of());
    private final MetricRegistry figures = new MetricRegistry();
    private int loads;

    @TempDir
    private Path directory;

    private ConfigWatch watch;

    @BeforeEach
    void start() {
        write("nodepool.yaml", GOOD);
        write("secure.conf", "");
        var loaded = load();
        loads = 0;
        watch = new ConfigWatch(
                new Threads(time, Runnable::run, time),
                Runnable::run,
                loaded,
                this::load,
                Stats.of(figures),
                applied::add);
        watch.start();
    }

    private long count(String what) {
        return figures.counter("nodepool.config." + what).getCount();
    }

    private LoadedConfig load() {
        loads++;
        return loader.load(
                directory.resolve("nodepool.yaml"), Optional.of(directory.resolve("secure.conf")), Strictness.LENIENT);
    }

    private void write(String file, String text) {
        try {
            Files.writeString(directory.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void nextLook() {
        time.advance(ConfigWatch.EVERY.plus(ConfigWatch.SETTLE));
    }

    @Test
    void readsNothingAsLongAsTheContentIsTheSame() throws IOException {
        Files.delete(directory.resolve("nodepool.yaml"));
        write("nodepool.yaml", GOOD);
        time.advance(Duration.ofMinutes(5));
        assertThat(loads).isZero();
        assertThat(applied).isEmpty();
    }

    @Test
    void handsOnANewContentWithinTenSecondsAndALittle() {
        write("nodepool.yaml", OTHER);
        nextLook();
        assertThat(applied).hasSize(1);
        assertThat(applied.get(0).labels()).containsOnlyKeys("a", "b");
        time.advance(Duration.ofMinutes(5));
        assertThat(loads).isEqualTo(1);
        assertThat(count("accepted")).isEqualTo(1);
    }

    @Test
    void seesAChangeOfTheSecureFileAlone() {
        write("secure.conf", "zookeeper-servers: [{host: h}]\n");
        nextLook();
        assertThat(applied.get(0).zooKeeper().servers()).containsExactly("h:2181");
    }

    @Test
    void refusesABadContentOnceWithAllProblemsAndKeepsSayingThatItIsNotInForce() {
        try (var log = new Said()) {
            write("nodepool.yaml", BAD);
            nextLook();
            assertThat(applied).isEmpty();
            assertThat(log.errors())
                    .hasSize(3)
                    .anyMatch(line -> line.contains("stays in force"))
                    .anyMatch(line -> line.contains("nodepool.yaml:1:31: labels[0].min-ready"))
                    .anyMatch(line -> line.contains("labels[1]"));
            time.advance(Duration.ofMinutes(5));
            assertThat(log.errors()).hasSize(3);
        }
        assertThat(count("refused")).isEqualTo(1);
        assertThat(watch.remark().orElseThrow())
                .startsWith("the configuration on disk is not in force: ")
                .contains("nodepool.yaml:1:31: labels[0].min-ready")
                .endsWith("(and 1 more)");
    }

    @Test
    void goodAfterBadIsTakenAndSaid() {
        write("nodepool.yaml", BAD);
        nextLook();
        write("nodepool.yaml", OTHER);
        try (var log = new Said()) {
            nextLook();
            assertThat(log.all()).contains("The configuration on disk is in force again");
        }
        assertThat(applied).hasSize(1);
        assertThat(watch.remark()).isEmpty();
    }

    @Test
    void backToWhatIsInForceNeedsNoReload() {
        write("nodepool.yaml", BAD);
        nextLook();
        write("nodepool.yaml", GOOD);
        nextLook();
        assertThat(applied).isEmpty();
        assertThat(watch.remark()).isEmpty();
    }

    @Test
    void anotherBadContentIsSaidAnew() {
        write("nodepool.yaml", BAD);
        nextLook();
        write("nodepool.yaml", BAD + "# still\n");
        nextLook();
        assertThat(count("refused")).isEqualTo(2);
    }

    @Test
    void halfWrittenFileIsNotBelieved() {
        write("nodepool.yaml", "labels:\n");
        time.advance(ConfigWatch.EVERY);
        write("nodepool.yaml", "labels:\n- name: a\n");
        time.advance(ConfigWatch.SETTLE);
        write("nodepool.yaml", "labels:\n- name: a\n- name: b\n");
        time.advance(ConfigWatch.SETTLE);
        assertThat(loads).isZero();
        time.advance(ConfigWatch.SETTLE);
        assertThat(applied).hasSize(1);
        assertThat(applied.get(0).labels()).containsOnlyKeys("a", "b");
    }

    @Test
    void fileThatIsAwayForAMomentIsNotMissed() throws IOException {
        Files.delete(directory.resolve("nodepool.yaml"));
        time.advance(ConfigWatch.EVERY);
        write("nodepool.yaml", GOOD);
        time.advance(ConfigWatch.SETTLE);
        assertThat(count("refused")).isZero();
        Files.delete(directory.resolve("nodepool.yaml"));
        nextLook();
        assertThat(watch.remark().orElseThrow()).contains("the file does not exist");
    }

    @Test
    void whatIsRefusedIsTriedAgainSinceTheReasonMayBeElsewhere() {
        var broken = new boolean[] {true};
        var other = new ConfigWatch(
                new Threads(time, Runnable::run, time),
                Runnable::run,
                load(),
                () -> {
                    if (broken[0]) {
                        throw new IllegalStateException("a file it names is not there");
                    }
                    return load();
                },
                Stats.of(figures),
                applied::add);
        other.start();
        write("nodepool.yaml", OTHER);
        watch.stop();
        nextLook();
        assertThat(other.remark().orElseThrow()).endsWith("a file it names is not there");
        broken[0] = false;
        nextLook();
        assertThat(other.remark()).isEmpty();
        assertThat(applied).hasSize(1);
        assertThat(count("refused")).isEqualTo(1);
    }

    @Test
    void aLookOnOrderTellsHowItEnded() {
        write("nodepool.yaml", OTHER);
        var taken = watch.check();
        assertThat(taken).isNotDone();
        time.advance(ConfigWatch.SETTLE);
        assertThat(taken).isCompleted();
        assertThat(applied).hasSize(1);
        write("nodepool.yaml", BAD);
        var refused = watch.check();
        time.advance(ConfigWatch.SETTLE);
        assertThat(refused).isCompletedExceptionally();
        assertThat(refused.handle((x, failure) -> failure).join()).hasRootCauseInstanceOf(ConfigException.class);
    }

    @Test
    void stoppedItLooksNoMore() {
        watch.stop();
        write("nodepool.yaml", OTHER);
        time.advance(Duration.ofMinutes(1));
        assertThat(applied).isEmpty();
    }

    /** What the watch logs meanwhile. */
    private static final class Said implements AutoCloseable {

        private final Logger logger = (Logger) LoggerFactory.getLogger(ConfigWatch.class);
        private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

        Said() {
            logger.setLevel(Level.INFO);
            appender.start();
            logger.addAppender(appender);
        }

        List<String> all() {
            return appender.list.stream()
                    .map(event -> event.getFormattedMessage())
                    .toList();
        }

        List<String> errors() {
            return appender.list.stream()
                    .filter(event -> event.getLevel() == Level.ERROR)
                    .map(event -> event.getFormattedMessage())
                    .toList();
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
            logger.setLevel(null);
        }
    }
}
