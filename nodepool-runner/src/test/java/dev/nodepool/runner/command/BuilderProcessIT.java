package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.UploadState;
import dev.nodepool.runner.Program;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.testing.CloudFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The builder as a process, with a fake diskimage-builder that is a real process, too. */
final class BuilderProcessIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private EmbeddedZooKeeper zooKeeper;
    private Threads threads;
    private Tree tree;
    private ImageStores stores;

    @BeforeEach
    void startZooKeeper() {
        zooKeeper = EmbeddedZooKeeper.start();
        threads = Threads.real("test");
        tree = CuratorTree.open(ZooKeeperConfig.of(zooKeeper.connectString()));
        stores = new ImageStores(tree, new Loop("test", threads.shared()), threads, "test");
        await().atMost(LIMIT).until(() -> tree.session().connected());
    }

    @AfterEach
    void stopZooKeeper() {
        tree.close();
        threads.close();
        zooKeeper.close();
    }

    /** @param faults of the cloud, as a list */
    private Path config(String vars, String faults, String diskimages) throws IOException {
        var port = zooKeeper.connectString().split(":")[1];
        return Files.writeString(directory.resolve("nodepool.yaml"), """
                zookeeper-servers: [{host: 127.0.0.1, port: %s}]
                images-dir: %s
                build-log-dir: %s
                diskimages:
                  - name: img
                    dib-cmd: '%%p/fake-image-create'
                    elements: [vm]
                    env-vars: {TMPDIR: %s%s}
                providers:
                  - name: fake-one
                    diskimages: [%s]
                    pools: []
                    fake-cloud: {state: %s, faults: [%s]}
                """.formatted(
                        port,
                        directory.resolve("images"),
                        directory.resolve("logs"),
                        directory.resolve("tmp"),
                        vars,
                        diskimages,
                        directory.resolve("cloud"),
                        faults));
    }

    private Path config(String vars, String faults) throws IOException {
        return config(vars, faults, "{name: img}");
    }

    private static Program start(Path config, String... more) throws IOException {
        return Program.startJar(Stream.concat(Stream.of("builder", "-f", "-c", config.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private ImageFacts facts() throws Exception {
        return stores.cache().read("img").get(30, TimeUnit.SECONDS);
    }

    private void awaitBuild(BuildState state) {
        await().atMost(LIMIT)
                .until(() -> facts().builds().stream().anyMatch(b -> b.build().state() == state));
    }

    private void awaitUpload(UploadState state) {
        await().atMost(LIMIT)
                .until(() -> facts().builds().stream()
                        .flatMap(b -> b.uploads().stream())
                        .anyMatch(u -> u.upload().state() == state));
    }

    private long imagesInCloud() throws IOException {
        return CloudFile.images(directory.resolve("cloud")).size();
    }

    private List<String> names(String dir) throws IOException {
        if (!Files.exists(directory.resolve(dir))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory.resolve(dir))) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private void awaitOneOfEverything() {
        await().atMost(LIMIT).untilAsserted(() -> {
            var facts = facts();
            assertThat(facts.builds()).singleElement().satisfies(build -> {
                assertThat(build.build().state()).isEqualTo(BuildState.READY);
                assertThat(build.uploads())
                        .singleElement()
                        .satisfies(u -> assertThat(u.upload().state()).isEqualTo(UploadState.READY));
                assertThat(names("images"))
                        .filteredOn(name -> name.startsWith("img-"))
                        .hasSize(4)
                        .allMatch(name -> name.contains(build.id()));
            });
            assertThat(imagesInCloud()).isEqualTo(1);
            assertThat(names("tmp")).isEmpty();
            assertThat(names("images/.nodepool-runs")).isEmpty();
        });
    }

    @Test
    @Behaviour("B07")
    void startsBuildsUploadsAndStopsAtASignal() throws Exception {
        try (Program builder = start(config("", ""), "--build-workers", "2", "--upload-workers", "1")) {
            awaitOneOfEverything();
            builder.signal("TERM");
            assertThat(builder.waitFor(LIMIT)).as(builder::told).isZero();
            assertThat(builder.out())
                    .contains("Builder started as process", "is ready")
                    .endsWith("Stopped\n");
        }
        assertThat(tree.children("/nodepool/components/builder").get(10, TimeUnit.SECONDS))
                .isEmpty();
    }

    @Test
    void servesAPageWithItsProgressReadinessAndFigures() throws Exception {
        Path config = config("", "{operation: upload, fault: hang, times: 1}");
        try (Program builder = start(config, "--web", "0")) {
            awaitUpload(UploadState.UPLOADING);
            Matcher web = Pattern.compile("Status server listens at (http://127\\.0\\.0\\.1:\\d+)")
                    .matcher(builder.out());
            assertThat(web.find()).as(builder::told).isTrue();
            String base = web.group(1);
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(get(base + "/"))
                        .contains("Nodepool builder on ")
                        .contains("<td>uploading</td><td>fake-one</td>")
                        .containsPattern("<progress max=.100. value=.\\d+.");
                assertThat(get(base + "/ready")).startsWith("OK");
            });
            assertThat(get(base + "/metrics"))
                    .contains("nodepool_dib_image_build_size_bytes{format=\"qcow2\",image=\"img\"}")
                    .contains("jvm_");
            assertThat(get(base + "/image-list")).contains("| uploading |");
            assertThat(get(base + "/dib-image-list")).contains("| ready |");
            assertThat(get(base + "/image-status")).contains("| img ");
            builder.signal("TERM");
            assertThat(builder.waitFor(LIMIT)).as(builder::told).isZero();
        }
    }

    @Test
    void refusesAWebAddressThatIsNone() throws Exception {
        try (Program builder = start(config("", ""), "--web", "127.0.0.1:http")) {
            assertThat(builder.waitFor(LIMIT)).isEqualTo(2);
            assertThat(builder.err()).contains("'127.0.0.1:http' is no port");
        }
    }

    private static String get(String uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(uri))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void aSignalDuringABuildEndsThatCleanly() throws Exception {
        try (Program builder = start(config(", FAKE_DIB_HANG: 'yes'", ""))) {
            awaitBuild(BuildState.BUILDING);
            await().atMost(LIMIT)
                    .until(() -> !names("logs").isEmpty() && !names("tmp").isEmpty());
            builder.signal("TERM");
            assertThat(builder.waitFor(LIMIT)).as(builder::told).isZero();
        }
        assertThat(names("tmp")).isEmpty();
        assertThat(facts().builds())
                .singleElement()
                .satisfies(b -> assertThat(b.build().state()).isEqualTo(BuildState.FAILED));
        try (Program builder = start(config("", ""))) {
            awaitOneOfEverything();
            assertThat(builder.isAlive()).isTrue();
        }
    }

    @Test
    void afterAKillDuringABuildTheNextStartLeavesNothing() throws Exception {
        try (Program builder = start(config(", FAKE_DIB_HANG: 'yes'", ""))) {
            awaitBuild(BuildState.BUILDING);
            await().atMost(LIMIT).until(() -> !names("tmp").isEmpty());
            builder.signal("KILL");
            builder.waitFor(LIMIT);
        }
        assertThat(names("tmp")).isNotEmpty();
        try (Program builder = start(config("", ""))) {
            awaitOneOfEverything();
            assertThat(builder.isAlive()).isTrue();
        }
    }

    @Test
    void afterAKillDuringAnUploadTheNextStartLeavesNothing() throws Exception {
        try (Program builder = start(config("", "{operation: upload, fault: hang}"))) {
            awaitUpload(UploadState.UPLOADING);
            await().atMost(LIMIT).until(() -> imagesInCloud() == 1);
            builder.signal("KILL");
            builder.waitFor(LIMIT);
        }
        try (Program builder = start(config("", ""))) {
            awaitOneOfEverything();
            assertThat(builder.isAlive()).isTrue();
        }
    }

    @Test
    void afterAKillDuringCleanUpTheNextStartFinishesIt() throws Exception {
        try (Program builder = start(config("", "{operation: image-delete, fault: hang}"))) {
            awaitOneOfEverything();
            config("", "{operation: image-delete, fault: hang}", "");
            builder.signal("HUP");
            awaitUpload(UploadState.DELETING);
            builder.signal("KILL");
            builder.waitFor(LIMIT);
        }
        try (Program builder = start(config("", "", ""))) {
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(facts().builds()).isEmpty();
                assertThat(imagesInCloud()).isZero();
                assertThat(names("images")).noneMatch(name -> name.startsWith("img-"));
            });
            assertThat(builder.isAlive()).isTrue();
        }
    }

    @Test
    @Behaviour("L54")
    void theSecureFileGivesServersAndSecretVariablesThatTheLogDoesNotShow() throws Exception {
        var config = config("", "");
        var text = Files.readString(config);
        Files.writeString(config, text.substring(text.indexOf('\n') + 1));
        var secure = Files.writeString(directory.resolve("secure.conf"), """
                zookeeper-servers: [{host: 127.0.0.1, port: %s}]
                diskimages: [{name: img, env-vars: {FAKE_DIB_STATUS: '77'}}]
                """.formatted(
                        zooKeeper.connectString().split(":")[1]));
        try (Program builder = start(config, "-s", secure.toString())) {
            builder.awaitOut("The build of img failed: exit status 77", LIMIT);
            assertThat(builder.out()).doesNotContain("FAKE_DIB_STATUS");
        }
    }

    @Test
    void refusesToStartWithoutADirectoryForImages() throws Exception {
        var config = Files.writeString(
                directory.resolve("nodepool.yaml"), "zookeeper-servers: [{host: 127.0.0.1, port: 1}]\n");
        try (Program builder = start(config)) {
            assertThat(builder.waitFor(LIMIT)).isEqualTo(1);
            assertThat(builder.err()).contains("No images-dir specified in config.");
        }
    }

    @Test
    void refusesToStartWithoutZooKeeperServers() throws Exception {
        var config = Files.writeString(directory.resolve("nodepool.yaml"), "images-dir: " + directory + "\n");
        try (Program builder = start(config)) {
            assertThat(builder.waitFor(LIMIT)).isEqualTo(1);
            assertThat(builder.err()).contains("zookeeper-servers");
        }
    }

    @Test
    void aDirectoryThatCanNotBeMadeEndsTheStartWithOneLine() throws Exception {
        var file = Files.writeString(directory.resolve("file"), "");
        var config = Files.writeString(
                directory.resolve("nodepool.yaml"),
                "zookeeper-servers: [{host: 127.0.0.1, port: 1}]\nimages-dir: " + file + "/images\n");
        try (Program builder = start(config)) {
            assertThat(builder.waitFor(LIMIT)).isEqualTo(1);
            assertThat(builder.err())
                    .startsWith("nodepool-builder: error: images-dir")
                    .hasLineCount(1);
        }
    }
}
