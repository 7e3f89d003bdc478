package dev.nodepool.drivers.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.testing.ManualTime;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedStateTest {

    private static final int INSTANCES = 25;

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime();
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private FakeCloudSettings settings;
    private FakeProvider one;
    private FakeProvider two;

    @BeforeEach
    void open() {
        settings = FakeCloudSettings.DEFAULTS
                .withState(directory.resolve("deep/cloud"))
                .withLimits(FakeCloudSettings.limits(INSTANCES, -1, -1))
                .withTimes(Duration.ofSeconds(2), Duration.ZERO);
        one = Fakes.provider(settings, time);
        two = Fakes.provider(settings, time);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void showsEachTheInstancesOfTheOther() {
        Fakes.create(one, "1");
        Fakes.create(two, "2");

        assertThat(nodes(one)).containsExactly("1", "2");
        assertThat(nodes(two)).containsExactly("1", "2");
        two.delete(Fakes.instances(one).get(0).id()).join();
        assertThat(nodes(one)).containsExactly("2");
    }

    @Test
    void sharesTheImages() {
        var upload = FakeImagesTest.upload("img", new byte[3], "");
        one.images().orElseThrow().upload(upload, sent -> {}).join();

        assertThat(two.images().orElseThrow().list().join().items()).hasSize(1);
    }

    @Test
    void finishesTheBootOfAProviderThatIsGone() {
        Fakes.create(one, "1");
        one.close();
        time.advance(Duration.ofSeconds(2));

        var later = Fakes.provider(settings, time);

        assertThat(Fakes.instances(later)).extracting(Instance::usable).containsExactly(true);
    }

    @Test
    void finishesTheDeletionOfAProviderThatIsGone() {
        var slow = Fakes.provider(settings.withTimes(Duration.ZERO, Duration.ofSeconds(9)), time);
        slow.delete(Fakes.create(slow, "1").join().id());
        slow.close();
        assertThat(Fakes.instances(one)).hasSize(1);

        time.advance(Duration.ofSeconds(9));

        assertThat(Fakes.instances(one)).isEmpty();
    }

    @Test
    void neverHoldsMoreInstancesThanTheLimitHoweverManyAsk() throws Exception {
        var context = new Fakes.Context("fake-one", time, time, threads);
        var clouds = List.of(Fakes.provider(settings, context), Fakes.provider(settings, context));
        var answers = new ArrayList<CompletableFuture<Boolean>>();
        for (int i = 0; i < 200; i++) {
            var cloud = clouds.get(i % 2);
            var node = "n" + i;
            answers.add(told(cloud, node));
        }

        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

        assertThat(answers.stream().filter(CompletableFuture::join)).hasSize(INSTANCES);
        assertThat(Fakes.instances(one)).hasSize(INSTANCES);
        assertThat(Fakes.instances(one)).extracting(Instance::id).doesNotHaveDuplicates();
    }

    @Test
    void waitsForALockElsewhereWithoutAThread() throws Exception {
        Fakes.create(one, "1");
        try (var channel = FileChannel.open(directory.resolve("deep/cloud.lock"), StandardOpenOption.WRITE)) {
            var lock = channel.lock();
            var listing = two.list();
            time.advance(Duration.ofSeconds(1));
            assertThat(listing).isNotDone();

            lock.release();
            time.advance(Duration.ofSeconds(1));

            assertThat(listing.join().items()).hasSize(1);
        }
    }

    @Test
    void givesUpOnALockThatIsNeverReleased() throws Exception {
        Fakes.create(one, "1");
        try (var channel = FileChannel.open(directory.resolve("deep/cloud.lock"), StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            var listing = two.list();
            time.advance(Duration.ofMinutes(1));

            assertThat(Fakes.fault(listing)).isEqualTo(Fault.UNAVAILABLE);
        }
    }

    /** Whether an instance was made, as opposed to refused. */
    private static CompletableFuture<Boolean> told(FakeProvider cloud, String node) {
        var made = new CompletableFuture<Boolean>();
        cloud.create(Fakes.spec(node), id -> made.complete(true)).whenComplete((instance, failure) -> {
            if (failure != null && DriverException.from(failure).fault() == Fault.QUOTA_EXCEEDED) {
                made.complete(false);
            } else if (failure != null) {
                made.completeExceptionally(failure);
            }
        });
        return made;
    }

    private static List<String> nodes(FakeProvider provider) {
        return Fakes.instances(provider).stream()
                .map(instance -> instance.metadata().getOrDefault("nodepool_node_id", ""))
                .toList();
    }
}
