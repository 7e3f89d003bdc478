package dev.nodepool.runner.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.image.ImageOrders.Answer;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.runner.Program;
import dev.nodepool.runner.lab.LabApi.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Images on their way into a real glance, out of it, and into the servers that are made from them. */
class ImagesLabIT extends ImageBase {

    private static final String SMALL = "dib-cmd: '%p/fake-image-create', elements: [vm]";
    private static final long TWO_GIB = 2L << 30;

    @Test
    void launchesFromTheNewestUploadAndFromThePreviousOnceThatIsDeletedAndKeepsTwo() throws Exception {
        var config = config(SMALL, imageProvider("lab", pool("main", "", "lab")));
        try (var builder = start("builder", config, lab.clouds());
                var launcher = ready(start("launcher", config, lab.clouds()))) {
            var first = awaitUpload(builder, List.of());
            assertThat(imageOfTheNextServer(launcher)).isEqualTo(id(first));
            var second = rebuilt(builder);
            assertThat(imageOfTheNextServer(launcher)).isEqualTo(id(second));

            get(orders.pause("img"));
            assertThat(get(orders.deleteUpload("openstack", "img", second.build(), second.id())))
                    .isEqualTo(Answer.DONE);
            await().atMost(UPLOADED).until(() -> !idsInGlance().contains(id(second)));
            assertThat(imageOfTheNextServer(launcher)).isEqualTo(id(first));
            get(orders.unpause("img"));

            for (var i = 0; i < 3; i++) {
                rebuilt(builder);
            }
            await().atMost(UPLOADED).untilAsserted(() -> assertTwoOfEverything());
        }
        removeImages();
    }

    private void assertTwoOfEverything() throws Exception {
        var uploads = readyUploads();
        assertThat(uploads).hasSize(2);
        assertThat(idsInGlance())
                .containsExactlyInAnyOrderElementsOf(
                        uploads.stream().map(ImagesLabIT::id).toList());
        var builds = uploads.stream().map(ImageUpload::build).sorted().toList();
        assertThat(readyBuilds()).isEqualTo(builds);
        assertThat(buildsOnDisk()).isEqualTo(builds);
    }

    @Test
    void uploadsTwoGibibytesWithASmallHeapAndIsReadyWithOurChecksums() throws Exception {
        var config = config(sized(TWO_GIB), imageProvider("lab", pool("main", "", "lab")));
        try (var builder = start("builder", config, lab.clouds(), "-Xmx64m")) {
            var upload = awaitUpload(builder, List.of());
            var image = inGlance(upload);
            assertThat(image.path("status").textValue()).isEqualTo("active");
            assertThat(image.path("size").longValue()).isEqualTo(TWO_GIB);
            assertThat(image.path("checksum").textValue()).isEqualTo(sum(file(upload), "md5"));
            assertThat(image.path("owner_specified.openstack.sha256").textValue())
                    .isEqualTo(sum(file(upload), "sha256"));
            assertThat(builder.told()).doesNotContain("OutOfMemory");
        }
        removeImages();
    }

    @Test
    void anUploadThatIsCutLeavesNoImageAndIsTriedAgain() throws Exception {
        lab.faults().proxy("image PUT /file$ cut=3000000");
        var config = config(sized(8 << 20), imageProvider("faulty", pool("main", "", "lab")));
        try (var builder = start("builder", config, lab.clouds())) {
            await().atMost(UPLOADED).until(() -> calls().count("image DELETE /images/ID") > 0);
            assertThat(calls().of("image PUT /images/ID/file").all())
                    .isNotEmpty()
                    .allMatch(call -> call.outcome().startsWith("cut"))
                    .extracting(ProxyLog.Call::path)
                    .doesNotHaveDuplicates();
            assertThat(readyUploads()).isEmpty();
            assertThat(idsInGlance()).isEmpty();

            lab.faults().clear();
            var upload = awaitUpload(builder, List.of());
            assertThat(idsInGlance()).containsExactly(id(upload));
            assertThat(inGlance(upload).path("checksum").textValue()).isEqualTo(sum(file(upload), "md5"));
        }
        removeImages();
    }

    /** A disk image of so many bytes, few of which take room on the disk. */
    private String sized(long bytes) throws IOException {
        var script = Files.writeString(directory.resolve("make-image"), """
                #!/bin/sh
                set -e
                while [ "$1" != -o ]; do shift; done
                head -c 1000000 /dev/urandom >"$2.qcow2"
                truncate -s %d "$2.qcow2"
                """.formatted(bytes));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return "dib-cmd: %s, elements: [vm], env-vars: {TMPDIR: %s}".formatted(script, directory.resolve("tmp"));
    }

    private static String id(ImageUpload upload) {
        return upload.externalId().orElseThrow();
    }

    private ImageUpload rebuilt(Program builder) throws Exception {
        var before = readyUploads();
        get(orders.requestBuild("img"));
        return awaitUpload(builder, before);
    }

    /** Makes a request and asks nova what the server was made from. */
    private String imageOfTheNextServer(Program launcher) throws Exception {
        var before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try (var client = client(1, "lab")) {
            assertThat(client.waitFor(LIMIT))
                    .as(() -> client.output() + launcher.told())
                    .isZero();
        }
        var servers = lab.as("admin")
                .get(Service.COMPUTE, "/servers/detail?all_tenants=1&changes-since=" + before)
                .path("servers");
        return StreamSupport.stream(servers.spliterator(), false)
                .filter(server ->
                        !Instant.parse(server.path("created").textValue()).isBefore(before))
                .map(server -> server.at("/image/id").textValue())
                .reduce((one, other) -> {
                    throw new AssertionError("more than one server: " + one + ", " + other);
                })
                .orElseThrow();
    }
}
