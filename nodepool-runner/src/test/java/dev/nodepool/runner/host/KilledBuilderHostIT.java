package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.driver.openstack.fakecloud.FakeKeystone;
import dev.nodepool.driver.openstack.fakecloud.FakeOpenStack;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import dev.nodepool.runner.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A builder is killed in the middle of what it does with real images, while the cloud lives on; the next start on that host
 * must find and finish everything.
 */
final class KilledBuilderHostIT extends BuilderHostBase {

    private static final Duration SETTLED = Duration.ofMinutes(4);
    /** The start script makes a class archive of a new jar. */
    private static final Duration FIRST_START = Duration.ofMinutes(3);

    private static final Duration LONGER_THAN_THE_TEST = Duration.ofHours(1);
    private static final int MANY = 60_000;
    private static final int KILLS = Integer.getInteger("builder.kills", 8);

    private FakeOpenStack cloud;

    @BeforeEach
    void startCloud() throws IOException {
        cloud = new FakeOpenStack(InstantSource.system());
        Files.writeString(directory.resolve("clouds.yaml"), """
                clouds:
                  fake:
                    region_name: one
                    image_format: raw
                    auth: {auth_url: %s/identity, username: ci, password: %s, project_name: ci}
                """.formatted(cloud.url(), FakeKeystone.PASSWORD));
    }

    @AfterEach
    void stopCloud() {
        cloud.glance.releaseUploads();
        cloud.close();
    }

    @Test
    void killedInTheMiddleOfAnUploadItLeavesOneGoodImage() throws Exception {
        cloud.glance.holdUploads();
        try (var builder = start(config(86400))) {
            settle(builder, () -> assertThat(cloud.glance.receiving()).isEqualTo(1));
            kill(builder);
        }
        var half = inCloud();
        assertThat(half).hasSize(1);
        assertThat(uploads()).singleElement().satisfies(upload -> {
            assertThat(upload.state()).isEqualTo(UploadState.UPLOADING);
            assertThat(upload.externalId()).isEmpty();
        });
        cloud.glance.releaseUploads();
        try (var builder = start(config(86400))) {
            settle(builder, () -> {
                assertWhole(1);
                assertThat(uploads()).hasSize(1);
                assertThat(inCloud()).isNotEqualTo(half);
            });
        }
    }

    /** @param done whether the cloud does what the killed builder asked for */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void killedWhileItDeletesAnImageInTheCloudItLeavesNothing(boolean done) throws Exception {
        var slow = cloud.when("image", "DELETE", "/images/");
        try (var builder = start(config(86400))) {
            settle(builder, () -> assertWhole(1));
            if (done) {
                slow.answerAfter(LONGER_THAN_THE_TEST);
            } else {
                slow.delay(LONGER_THAN_THE_TEST);
            }
            configWithoutTheImage();
            settle(builder, () -> assertThat(slow.used()).isPositive());
            kill(builder);
        }
        assertThat(uploads())
                .singleElement()
                .satisfies(upload -> assertThat(upload.state()).isEqualTo(UploadState.DELETING));
        assertThat(inCloud()).hasSize(done ? 0 : 1);
        cloud.heal();
        try (var builder = start(configWithoutTheImage())) {
            settle(builder, this::assertNothing);
        }
    }

    @Test
    void killedWhileItDeletesFilesItLeavesNothing() throws Exception {
        try (var builder = start(config(86400))) {
            settle(builder, () -> assertWhole(1));
            var manifests = Files.createDirectories(
                    home("one").resolve("images/ci-" + uploads().get(0).build() + ".d"));
            for (var file = 0; file < MANY; file++) {
                Files.createFile(manifests.resolve("file" + file));
            }
            configWithoutTheImage();
            await().atMost(SETTLED)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> manifests.toFile().list().length < MANY);
            kill(builder);
        }
        assertThat(facts("ci").builds()).isNotEmpty();
        assertThat(files("one")).isNotEmpty();
        try (var builder = start(configWithoutTheImage())) {
            settle(builder, this::assertNothing);
        }
    }

    /** Builds, uploads and clean-ups follow each other without a pause, so that every kill hits one or two of them. */
    @Test
    void killedAgainAndAgainAtAnyMomentItLeavesWhatItShouldHave() throws Exception {
        var random = new SplittableRandom(5);
        cloud.when("image", "PUT", "/file$").delay(Duration.ofSeconds(2));
        cloud.when("image", "DELETE", "/images/").delay(Duration.ofSeconds(2));
        for (var kill = 0; kill < KILLS; kill++) {
            try (var builder = start(config(1))) {
                builder.awaitOut("Builder started", FIRST_START);
                builder.runFor(Duration.ofMillis(random.nextInt(25_000)));
                kill(builder);
                System.out.println("kill " + kill + " in "
                        + builder.out()
                                .lines()
                                .reduce("", (before, line) -> line)
                                .replaceFirst(".*image\\.", ""));
            }
        }
        cloud.heal();
        try (var builder = start(config(86400))) {
            settle(builder, () -> assertWhole(2));
            builder.signal("TERM");
            assertThat(builder.waitFor(START)).as(builder::told).isZero();
            assertWhole(2);
        }
    }

    private Path config(int rebuildAge) throws IOException {
        var image = image("ci", "ci-root, block-device-ci", "raw", "rebuild-age: " + rebuildAge + ",");
        return config("one", image, provider("{name: ci}"));
    }

    private Path configWithoutTheImage() throws IOException {
        return config("one", "", provider(""));
    }

    private static String provider(String images) {
        return "{name: north, driver: openstack, cloud: fake, rate: 0, diskimages: [%s], pools: []}".formatted(images);
    }

    private Program start(Path config) throws IOException {
        var script = Path.of("..", "bin", "nodepool-builder").toAbsolutePath().normalize();
        var clouds = directory.resolve("clouds.yaml").toString();
        return Program.start(
                List.of(script.toString(), "-f", "-c", config.toString()), Map.of("OS_CLIENT_CONFIG_FILE", clouds));
    }

    private static void kill(Program builder) throws Exception {
        ProcessHandle.of(builder.pid()).orElseThrow().destroyForcibly();
        builder.waitFor(START);
    }

    private List<ImageUpload> uploads() throws Exception {
        return facts("ci").builds().stream()
                .flatMap(build -> build.uploads().stream())
                .map(upload -> upload.upload())
                .toList();
    }

    private List<String> inCloud() {
        return cloud.glance.images().stream()
                .map(image -> image.path("id").asText())
                .sorted()
                .toList();
    }

    /** Records, files and images in the cloud are of the same builds and uploads, all ready, and there is nothing else. */
    private void assertWhole(int most) throws Exception {
        var builds = facts("ci").builds();
        assertThat(builds)
                .hasSizeBetween(1, most)
                .allMatch(build -> build.build().state() == BuildState.READY);
        assertThat(files("one").stream()
                        .map(file -> file.replaceAll("^ci-([^.]*)\\..*", "$1"))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        builds.stream().map(build -> build.id()).toList());
        assertThat(uploads()).isNotEmpty().allMatch(upload -> upload.state() == UploadState.READY);
        assertThat(inCloud())
                .containsExactlyElementsOf(uploads().stream()
                        .map(upload -> upload.externalId().orElseThrow())
                        .sorted()
                        .toList());
        assertThat(cloud.glance.images())
                .allMatch(image -> image.path("status").asText().equals("active"));
        assertNoTraces();
    }

    private void assertNothing() throws Exception {
        assertThat(facts("ci").builds()).isEmpty();
        assertThat(files("one")).isEmpty();
        assertThat(inCloud()).isEmpty();
        assertNoTraces();
    }

    private void assertNoTraces() throws Exception {
        assertThat(leftovers()).isEmpty();
        assertThat(home("one").resolve("images/.nodepool-runs")).isEmptyDirectory();
    }

    private static void settle(Program builder, ThrowingRunnable check) {
        await().atMost(SETTLED)
                .pollInterval(Duration.ofMillis(250))
                .failFast("the builder must not end", () -> !builder.isAlive())
                .untilAsserted(check);
    }
}
