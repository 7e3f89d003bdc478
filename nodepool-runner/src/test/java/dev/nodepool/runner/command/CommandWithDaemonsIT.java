package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.ImageBuilder;
import dev.nodepool.NodeLease;
import dev.nodepool.NodePool;
import dev.nodepool.metrics.Stats;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.CoreLibrary;
import dev.nodepool.runner.library.DriverPath;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.LeasedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a launcher and a builder make of the orders of the command, on a real ZooKeeper with a fake cloud. */
final class CommandWithDaemonsIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private final CoreLibrary library = new CoreLibrary();
    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(directory, """
                images-dir: %1$s/images
                build-log-dir: %1$s/logs
                labels: [{name: small, min-ready: 1}]
                diskimages:
                  - {name: good, dib-cmd: '%%p/fake-image-create', env-vars: {TMPDIR: %1$s/tmp}}
                  - {name: stopped, dib-cmd: '%%p/fake-image-create', pause: true, env-vars: {TMPDIR: %1$s/tmp}}
                providers:
                  - name: north
                    driver: fake
                    cloud: north
                    fake-cloud: {state: %1$s/cloud, boot-seconds: 0, delete-seconds: 0}
                    diskimages: [{name: good}, {name: stopped}]
                    pools: [{name: main, max-servers: 4, labels: [{name: small, diskimage: good, min-ram: 1}]}]
                """.formatted(directory));
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    private ConfigFiles files() throws IOException {
        return new ConfigFiles(installation.config(), Optional.empty(), DriverPath.drivers(List.of()));
    }

    private ImageBuilder builder() throws IOException {
        return library.builder(files(), 1, 2, Stats.NONE).start();
    }

    private NodePool launcher() throws IOException {
        return library.launcher(files(), Stats.NONE).pool().start();
    }

    private String run(String... args) {
        assertThat(installation.run(args)).as(installation.err()).isZero();
        return installation.out();
    }

    private static List<ImageView.Build> builds(ImageBuilder builder, String image) throws Exception {
        return builder.images().get(30, TimeUnit.SECONDS).stream()
                .filter(it -> it.name().equals(image))
                .flatMap(it -> it.builds().stream())
                .toList();
    }

    private static void awaitUploaded(ImageBuilder builder, int builds) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(builds(builder, "good"))
                        .hasSize(builds)
                        .allSatisfy(build -> {
                            assertThat(build.state()).isEqualTo("ready");
                            assertThat(build.uploads())
                                    .singleElement()
                                    .satisfies(
                                            upload -> assertThat(upload.state()).isEqualTo("ready"));
                        }));
    }

    private List<String> imageFiles(String build) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("images"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(build))
                    .toList();
        }
    }

    @Test
    @Behaviour({"C11", "C16"})
    void imageBuildBringsASecondBuildAndUploadAndAPausedDiskimageHasNone() throws Exception {
        try (ImageBuilder builder = builder();
                NodePool launcher = launcher()) {
            awaitUploaded(builder, 1);
            assertThat(run("image-build", "good")).isEmpty();
            awaitUploaded(builder, 2);
            await().atMost(LIMIT).until(() -> run("list").contains("| ready "));
            assertThat(builds(builder, "stopped")).isEmpty();
            assertThat(launcher.readiness().failed()).isEmpty();
        }
    }

    @Test
    @Behaviour("C03")
    void imageDeleteHasTheUploadRemovedByTheBuilder() throws Exception {
        try (ImageBuilder builder = builder()) {
            awaitUploaded(builder, 1);
            run("image-pause", "good");
            ImageView.Build build = builds(builder, "good").get(0);
            String upload = build.uploads().get(0).id();
            assertThat(run("image-list")).contains(upload);
            assertThat(run(
                            "image-delete",
                            "--provider",
                            "north",
                            "--image",
                            "good",
                            "--build-id",
                            build.id(),
                            "--upload-id",
                            upload))
                    .isEmpty();
            await().atMost(LIMIT).until(() -> run("image-list").lines().count() == 4);
            assertThat(run("alien-image-list").lines()).hasSize(4);
        }
    }

    @Test
    @Behaviour({"C13", "C22"})
    void dibImageDeleteHasBuildAndFilesRemovedAlsoWithoutAManifest() throws Exception {
        try (ImageBuilder builder = builder()) {
            awaitUploaded(builder, 1);
            String first = builds(builder, "good").get(0).id();
            Path manifest = directory.resolve("images/good-" + first + ".d");
            Files.delete(manifest.resolve("dib-manifests/dib_arguments"));
            Files.delete(manifest.resolve("dib-manifests"));
            Files.delete(manifest);
            assertThat(imageFiles(first)).isNotEmpty();
            assertThat(run("dib-image-delete", "good-" + first)).isEmpty();
            // Another build takes its place.
            await().atMost(LIMIT).until(() -> !run("dib-image-list").contains(first));
            await().atMost(LIMIT).until(() -> imageFiles(first).isEmpty());
        }
    }

    @Test
    @Behaviour({"C14", "C24", "C27"})
    void aHeldNodeIsNotHandedOutAndIsReplacedOnceItIsDeleted() throws Exception {
        try (ImageBuilder builder = builder();
                NodePool launcher = launcher()) {
            String held = awaitNode("ready");
            assertThat(run("hold", held)).contains("| hold  |");
            try (NodeLease lease = launcher.request("small").get(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                assertThat(lease.nodes()).extracting(LeasedNode::id).doesNotContain(held);
            }
            assertThat(builder.readiness().failed()).isEmpty();
            // The launcher may have deleted it before the command lists it.
            assertThat(run("delete", held)).contains("| State ").doesNotContain("| hold ");
            await().atMost(LIMIT).until(() -> !run("list").contains(held));
            assertThat(awaitNode("ready")).isNotEqualTo(held);
        }
    }

    private String awaitNode(String state) {
        return await().atMost(LIMIT)
                .until(
                        () -> run("list")
                                .lines()
                                .filter(line -> line.contains("| " + state + " "))
                                .map(line ->
                                        Arrays.asList(line.split("\\|")).get(1).strip())
                                .findFirst()
                                .orElse(""),
                        id -> !id.isEmpty());
    }
}
