package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.ImagePaths;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.UploadState;
import dev.nodepool.testing.Proof;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A builder dies before and after every single writing call it makes, to ZooKeeper, to the cloud, to diskimage-builder, while it builds, uploads, and removes what is surplus; the next
 * one on that host takes over. The points come from the run itself, so a new call is covered by being made.
 */
class ImageKillPointsTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Pattern READING = Pattern.compile("(get|children|exists|watch) .*");

    @TempDir
    private Path root;

    private int runs;

    @Test
    void nothingIsLostNorLeftWhereverABuilderDies() {
        var points = run(Integer.MAX_VALUE);
        assertThat(points).isGreaterThan(100);
        for (var point = 1; point <= points; point++) {
            try {
                run(point);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("killed at point " + point + " of " + points, e);
            }
        }
        Proof.note("Kill points of an image's life", points);
    }

    /** Three builds with their uploads, the first of which has to go. The answer is how many points were passed. */
    private int run(int killAt) {
        var scenario = new ImageScenario(root.resolve("run" + ++runs));
        var builder = scenario.builder(BuildAndUploadTest.ONE);
        var passed = new AtomicInteger();
        var first = builder;
        first.probe.onPoint(point -> {
            // Dying at a reading call is dying after the call before it.
            if (!READING.matcher(point.call()).matches() && passed.incrementAndGet() == killAt) {
                first.kill();
            }
        });
        var next = first;
        for (var build = 1; build <= 3; build++) {
            scenario.ask("img");
            scenario.pass(Duration.ofSeconds(5));
            if (passed.get() >= killAt && next == first) {
                next = scenario.builder(BuildAndUploadTest.ONE, "host1");
                scenario.pass(Duration.ofSeconds(15));
            }
        }
        var last = next;
        scenario.passUntil(() -> !scenario.asked("img") && settled(scenario, last), LONG);
        scenario.pass(Duration.ofSeconds(80));
        assertThat(settled(scenario, last)).as(scenario::describe).isTrue();
        return passed.get();
    }

    private static boolean settled(ImageScenario scenario, ImageScenario.Running builder) {
        var builds = scenario.builds("img");
        var uploads = scenario.uploads("img", "fake-one");
        var stored = scenario.stored("fake-one");
        return builds.size() == 2
                && builds.stream().allMatch(b -> b.state() == BuildState.READY)
                && uploads.size() == 2
                && uploads.stream().allMatch(u -> u.state() == UploadState.READY)
                && stored.size() == 2
                && stored.stream()
                        .allMatch(image -> uploads.stream()
                                .anyMatch(u -> image.id().json().equals(u.doc().get("external_id"))))
                && builder.files().stream().allMatch(name -> builds.stream().anyMatch(b -> name.contains(b.id())))
                && builder.files().size() == 8
                && builder.leftovers().isEmpty()
                && scenario.names(ImagePaths.buildsLock("img")).isEmpty();
    }
}
