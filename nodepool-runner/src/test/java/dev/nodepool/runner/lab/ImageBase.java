package dev.nodepool.runner.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.image.ImageOrders;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import dev.nodepool.runner.Program;
import dev.nodepool.runner.lab.LabApi.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A builder beside the launcher; the image is called {@code img}. */
abstract class ImageBase extends LabBase {

    static final Duration UPLOADED = Duration.ofMinutes(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    ImageOrders orders;
    private ImageStores stores;
    private Threads threads;
    private Tree tree;

    @BeforeEach
    void connect() {
        threads = Threads.real("test");
        tree = CuratorTree.open(ZooKeeperConfig.of(zooKeeper.connectString()));
        stores = new ImageStores(tree, new Loop("test", threads.shared()), threads, "test");
        orders = new ImageOrders(stores);
        await().atMost(ANSWER).until(() -> tree.session().connected());
    }

    @AfterEach
    void disconnect() {
        stores.close();
        tree.close();
        threads.close();
    }

    /**
     * The configuration of builder and launcher.
     *
     * @param image keys of the disk image, besides its name and the directory for temporary files
     */
    Path config(String image, String providers) throws IOException {
        Files.createDirectories(directory.resolve("tmp"));
        return config(
                """
                images-dir: %s
                build-log-dir: %s
                diskimages:
                  - {name: img, %s}
                """.formatted(directory.resolve("images"), directory.resolve("logs"), image),
                List.of("lab"),
                providers);
    }

    /** A provider that launches label {@code lab} from the disk image. */
    static String imageProvider(String cloud, String pool) {
        return provider("diskimages: [{name: img, config-drive: true}]", pool)
                .replace("cloud: faulty", "cloud: " + cloud)
                .replace(
                        "cloud-images: [{name: lab-image, username: zuul}]",
                        "image-name-format: '{image_name}-{upload_id}'")
                .replace("cloud-image: lab-image", "diskimage: img");
    }

    static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    }

    List<ImageUpload> uploads() throws Exception {
        return get(stores.cache().read("img")).builds().stream()
                .flatMap(build -> build.uploads().stream())
                .map(upload -> upload.upload())
                .toList();
    }

    /** Ready uploads, the newest first. */
    List<ImageUpload> readyUploads() throws Exception {
        return uploads().stream()
                .filter(upload -> upload.state() == UploadState.READY)
                .sorted(Comparator.comparing(ImageUpload::stateTime).reversed())
                .toList();
    }

    /** Waits until an upload that was not there before is ready. */
    ImageUpload awaitUpload(Program builder, List<ImageUpload> before) {
        var known = before.stream().map(ImageBase::name).toList();
        return await().atMost(UPLOADED)
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> {
                            assertThat(builder.isAlive()).as(builder::told).isTrue();
                            return readyUploads().stream()
                                    .filter(upload -> !known.contains(name(upload)))
                                    .toList();
                        },
                        found -> !found.isEmpty())
                .get(0);
    }

    private static String name(ImageUpload upload) {
        return upload.build() + "/" + upload.id();
    }

    List<String> readyBuilds() throws Exception {
        return get(stores.cache().read("img")).builds().stream()
                .filter(build -> build.build().state() == BuildState.READY)
                .map(build -> build.id())
                .sorted()
                .toList();
    }

    /** The image of an upload as glance knows it. */
    JsonNode inGlance(ImageUpload upload) throws Exception {
        return lab.as("lab").get(Service.IMAGE, "/images/" + upload.externalId().orElseThrow());
    }

    List<String> idsInGlance() throws Exception {
        var api = lab.as("lab");
        return StreamSupport.stream(
                        api.get(Service.IMAGE, "/images?owner=" + api.projectId())
                                .path("images")
                                .spliterator(),
                        false)
                .map(image -> image.path("id").textValue())
                .sorted()
                .toList();
    }

    Path file(ImageUpload upload) {
        return directory.resolve(
                "images/img-" + upload.build() + "." + upload.format().orElseThrow());
    }

    /** The builds of which there are files. */
    List<String> buildsOnDisk() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("images"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith("img-"))
                    .map(file -> file.replaceAll("^img-([^.]*)\\..*", "$1"))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    static String sum(Path file, String kind) throws IOException {
        return Files.readString(file.resolveSibling(file.getFileName() + "." + kind))
                .split(" ")[0];
    }

    /** Everything of the image must be gone from the cloud for the next test. */
    void removeImages() throws Exception {
        var api = lab.as("lab");
        for (var id : idsInGlance()) {
            api.call("DELETE", Service.IMAGE, "/images/" + id, null);
        }
        awaitNothingLeft();
    }
}
