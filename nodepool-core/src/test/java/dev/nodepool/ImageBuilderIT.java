package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import dev.nodepool.config.ConfigException;
import dev.nodepool.event.ImageEvent;
import dev.nodepool.metrics.Stats;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.view.ImageProgress;
import dev.nodepool.view.ImageView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The builder as somebody embeds it, with a real ZooKeeper in the process and a fake diskimage-builder. */
class ImageBuilderIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private EmbeddedZooKeeper zooKeeper;
    private final MetricRegistry metrics = new MetricRegistry();

    @BeforeEach
    void startZooKeeper() {
        zooKeeper = EmbeddedZooKeeper.start();
    }

    @AfterEach
    void stopZooKeeper() {
        zooKeeper.close();
    }

    private String yaml(String image, String provider) {
        return """
                images-dir: %s
                build-log-dir: %s
                diskimages: [{name: img, dib-cmd: '%%p/fake-image-create', env-vars: {TMPDIR: %s%s}}]
                providers: [{name: fake-one, diskimages: [{name: img}], pools: []%s}]
                """.formatted(
                directory.resolve("images"), directory.resolve("logs"), directory.resolve("tmp"), image, provider);
    }

    private ImageBuilder builder(String yaml) {
        return ImageBuilder.builder()
                .configText(yaml)
                .zooKeeper(zooKeeper.connectString())
                .stats(Stats.of(metrics))
                .build()
                .start();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static List<ImageView.Build> builds(ImageBuilder builder) throws Exception {
        return get(builder.images()).stream()
                .filter(image -> image.name().equals("img"))
                .flatMap(image -> image.builds().stream())
                .toList();
    }

    private static void awaitUploaded(ImageBuilder builder, int builds) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(builds(builder)).hasSize(builds).allSatisfy(build -> {
                    assertThat(build.state()).isEqualTo("ready");
                    assertThat(build.uploads())
                            .singleElement()
                            .satisfies(upload -> assertThat(upload.state()).isEqualTo("ready"));
                }));
    }

    @Test
    void buildsUploadsAndDeletesOnDemandAndTellsWhatHappens() throws Exception {
        try (var builder = builder(yaml("", ""))) {
            var events = new CopyOnWriteArrayList<ImageEvent>();
            builder.listen(events::add);
            awaitUploaded(builder, 1);
            await().atMost(LIMIT).until(() -> builder.readiness().ready());
            get(builder.build("img"));
            awaitUploaded(builder, 2);
            var newest = builds(builder).get(0);
            assertThat(newest.formats()).containsExactly("qcow2");
            var upload = newest.uploads().get(0);
            assertThat(upload.externalId()).isNotEmpty();

            get(builder.pause("img"));
            await().atMost(LIMIT).until(() -> get(builder.images()).get(0).paused());
            assertThat(get(builder.deleteUpload("fake-one", "img", newest.id(), upload.id())))
                    .isTrue();
            await().atMost(LIMIT).until(() -> builds(builder).get(0).uploads().isEmpty());
            assertThat(get(builder.deleteUpload("fake-one", "img", newest.id(), upload.id())))
                    .isFalse();
            assertThat(get(builder.deleteBuild("img", newest.id(), false))).isTrue();
            awaitUploaded(builder, 1);
            assertThat(get(builder.deleteBuild("img", newest.id(), false))).isFalse();
            get(builder.unpause("img"));
            get(builder.unpause("img"));
            get(builder.build("img"));
            awaitUploaded(builder, 2);

            assertThat(events)
                    .anyMatch(e -> e instanceof ImageEvent.BuildChanged b
                            && b.build().equals(newest.id())
                            && b.state().equals("gone"));
            assertThat(events)
                    .anyMatch(e -> e instanceof ImageEvent.UploadChanged u
                            && u.provider().equals("fake-one")
                            && u.state().equals("ready"));
            assertThat(metrics.getTimers()).containsKey("nodepool.image_update.img.fake-one");
            assertThat(metrics.getGauges()).containsKey("nodepool.dib_image_build.img.qcow2.size");
        }
    }

    @Test
    void showsHowFarABuildAndAnUploadAreAndRefusesToDeleteThem() throws Exception {
        try (var builder = builder(yaml(", FAKE_DIB_HANG: '1'", ""))) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(builder.progress())
                            .singleElement()
                            .satisfies(progress -> {
                                assertThat(progress.step()).isEqualTo(ImageProgress.Step.BUILDING);
                                assertThat(progress.bytes()).isPositive();
                            }));
            var build = builds(builder).get(0);
            assertThatThrownBy(() -> get(builder.deleteBuild("img", build.id(), false)))
                    .hasRootCauseInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> get(builder.deleteBuild("img", build.id(), true)))
                    .hasRootCauseInstanceOf(IllegalStateException.class);
        }
        try (var builder = builder(yaml("", ", fake-cloud: {faults: [{operation: upload, fault: hang}]}"))) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(builder.progress())
                            .singleElement()
                            .satisfies(progress -> {
                                assertThat(progress.step()).isEqualTo(ImageProgress.Step.UPLOADING);
                                assertThat(progress.provider()).isEqualTo("fake-one");
                                assertThat(progress.percent(progress.since())).hasValue(100);
                            }));
            var upload = builds(builder).stream()
                    .flatMap(build -> build.uploads().stream()
                            .filter(u -> u.state().equals("uploading"))
                            .map(u -> builder.deleteUpload("fake-one", "img", build.id(), u.id())))
                    .findFirst()
                    .orElseThrow();
            assertThatThrownBy(() -> get(upload)).hasRootCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aBuildOfABuilderThatIsGoneIsRemovedByForce() throws Exception {
        try (var builder = builder(yaml("", ""))) {
            awaitUploaded(builder, 1);
            get(builder.pause("img"));
        }
        try (var other = ImageBuilder.builder()
                .configText("images-dir: " + directory.resolve("other") + "\n")
                .zooKeeper(zooKeeper.connectString())
                .build()
                .start()) {
            await().atMost(LIMIT).until(() -> other.readiness().ready());
            var build = builds(other).get(0);
            assertThat(get(other.deleteBuild("img", build.id(), true))).isTrue();
            assertThat(builds(other)).singleElement().satisfies(b -> {
                assertThat(b.state()).isEqualTo("deleting");
                assertThat(b.uploads()).allMatch(u -> u.state().equals("deleting"));
            });
        }
    }

    @Test
    @Behaviour("B24")
    void theHookIsRunWithProviderIdAndFile() throws Exception {
        var hook = script("echo \"$@\" > " + directory.resolve("told"));
        try (var builder = builder(yaml("", ", post-upload-hook: " + hook))) {
            awaitUploaded(builder, 1);
            var build = builds(builder).get(0);
            assertThat(Files.readString(directory.resolve("told")).strip())
                    .isEqualTo("fake-one " + build.uploads().get(0).externalId() + " "
                            + directory.resolve("images").resolve("img-" + build.id() + ".qcow2"));
        }
    }

    @Test
    void anUploadThatTheHookRefusesFailsAndItsImageIsKnownUntilItIsDeleted() throws Exception {
        var hook = script("exit 3");
        try (var builder = builder(yaml("", ", post-upload-hook: " + hook))) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(builds(builder))
                            .singleElement()
                            .satisfies(build -> assertThat(build.uploads()).anySatisfy(upload -> {
                                assertThat(upload.state()).isEqualTo("failed");
                                assertThat(upload.externalId()).isNotNull();
                            })));
        }
    }

    private Path script(String text) throws IOException {
        var file = Files.writeString(directory.resolve("hook"), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    @Test
    void aConfigurationWithoutDirectoryForImagesIsRefused() {
        assertThatThrownBy(() -> ImageBuilder.builder()
                        .configText("diskimages: []")
                        .zooKeeper(zooKeeper.connectString())
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("No images-dir specified in config.");
    }
}
