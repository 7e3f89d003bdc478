package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.ImagePaths;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.UploadState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two builders while people order, processes die and connections break, in an order that a number decides. In the end
 * everything is as if nothing had happened.
 */
class ImageSoakTest {

    private static final int STEPS = 40;

    @TempDir
    private Path root;

    private SplittableRandom random;
    private ImageScenario scenario;
    private final List<ImageScenario.Running> builders = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void everythingIsInOrderInTheEndWhateverHappened(long seed) {
        random = new SplittableRandom(seed);
        scenario = new ImageScenario(root.resolve("seed" + seed));
        for (var host = 0; host < 2; host++) {
            builders.add(start(host));
        }
        for (var step = 0; step < STEPS; step++) {
            happen();
            scenario.pass(Duration.ofMillis(random.nextInt(6_000)));
        }
        if (scenario.image("img").paused()) {
            scenario.unpause("img");
        }
        builders.forEach(builder -> builder.dib.status = order -> 0);
        // The owner of a build has an hour to remove it, and a build that failed a few times waits as long.
        scenario.pass(Duration.ofMinutes(130));
        inOrder();
    }

    private ImageScenario.Running start(int host) {
        var builder = scenario.builder(BuildAndUploadTest.TWO, "host" + host);
        builder.dib.status = order -> random.nextInt(4) == 0 ? 1 : 0;
        return builder;
    }

    private void happen() {
        var host = random.nextInt(2);
        var builder = builders.get(host);
        switch (random.nextInt(9)) {
            case 0, 1 -> scenario.ask("img");
            case 2 -> {
                builder.kill();
                builders.set(host, start(host));
            }
            case 3 -> scenario.server.expire(builder.tree);
            case 4 -> {
                scenario.server.suspend(builder.tree);
                scenario.pass(Duration.ofMillis(random.nextInt(3_000)));
                scenario.server.resume(builder.tree);
            }
            case 5 -> markUpload();
            case 6 -> markBuild();
            case 7 -> {
                if (scenario.image("img").paused()) {
                    scenario.unpause("img");
                } else {
                    scenario.pause("img");
                }
            }
            default -> builder.apply(BuildAndUploadTest.TWO);
        }
    }

    private Map<String, Object> deleting() {
        return Map.of("state", "deleting", "state_time", scenario.now());
    }

    private void markUpload() {
        scenario.uploads("img", "fake-one", UploadState.READY).stream()
                .findFirst()
                .ifPresent(upload -> scenario.write(upload, deleting()));
    }

    private void markBuild() {
        scenario.builds("img", BuildState.READY).stream()
                .findFirst()
                .ifPresent(build -> scenario.write(build, deleting()));
    }

    private void inOrder() {
        var builds = scenario.builds("img");
        assertThat(builds)
                .as(scenario::describe)
                .hasSizeBetween(1, 2)
                .allMatch(build -> build.state() == BuildState.READY);
        for (var provider : List.of("fake-one", "fake-two")) {
            var uploads = scenario.uploads("img", provider);
            assertThat(uploads)
                    .as(scenario::describe)
                    .hasSizeBetween(1, 2)
                    .allMatch(upload -> upload.state() == UploadState.READY);
            assertThat(uploads)
                    .anyMatch(upload -> upload.build()
                            .equals(scenario.image("img")
                                    .newestReady()
                                    .orElseThrow()
                                    .id()));
            assertThat(scenario.stored(provider)).hasSameSizeAs(uploads);
        }
        assertThat(scenario.asked("img")).isFalse();
        assertThat(scenario.names(ImagePaths.buildsLock("img"))).isEmpty();
        assertThat(builders.stream().flatMap(b -> b.leftovers().stream())).isEmpty();
        var files = builders.stream().flatMap(b -> b.files().stream()).toList();
        assertThat(files).hasSize(4 * builds.size());
        assertThat(Stream.of(files.toArray(String[]::new)))
                .allMatch(file -> builds.stream().anyMatch(build -> file.contains(build.id())));
    }
}
