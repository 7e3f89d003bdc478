package dev.nodepool.runner.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.runner.Program;
import dev.nodepool.runner.lab.LabApi.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A builder that is killed while a real glance has half of what it wants of it. */
class KilledBuilderLabIT extends ImageBase {

    private static final Duration DEAD = Duration.ofSeconds(30);

    @Test
    void anImageThatWasHalfUploadedIsReplacedByAWholeOne() throws Exception {
        var config = config(large(), imageProvider("lab", pool("main", "", "lab")));
        String half;
        try (var builder = start("builder", config, lab.clouds())) {
            await().atMost(UPLOADED)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> statusInGlance().equals(List.of("saving")));
            kill(builder);
            half = idsInGlance().get(0);
        }
        assertThat(readyUploads()).isEmpty();
        try (var builder = start("builder", config, lab.clouds())) {
            var upload = awaitUpload(builder, List.of());
            var id = upload.externalId().orElseThrow();
            assertThat(id).isNotEqualTo(half);
            await().atMost(UPLOADED)
                    .untilAsserted(() -> assertThat(idsInGlance()).containsExactly(id));
            assertThat(inGlance(upload).path("checksum").textValue()).isEqualTo(sum(file(upload), "md5"));
            assertThat(readyUploads()).hasSize(1);
            assertThat(buildsOnDisk()).containsExactly(upload.build());
        }
        removeImages();
    }

    @Test
    void anImageWhoseDeletionWasNeverAnsweredIsGoneWithItsRecord() throws Exception {
        lab.faults().proxy("image DELETE /images/ after=600");
        var provider = imageProvider("faulty", pool("main", "", "lab"));
        var small = "dib-cmd: '%p/fake-image-create', elements: [vm]";
        var config = config(small, provider);
        try (var builder = start("builder", config, lab.clouds())) {
            var upload = awaitUpload(builder, List.of());
            get(orders.pause("img"));
            get(orders.deleteUpload("openstack", "img", upload.build(), upload.id()));
            await().atMost(UPLOADED).until(() -> idsInGlance().isEmpty());
            kill(builder);
        }
        lab.faults().clear();
        assertThat(uploads()).hasSize(1);
        try (var builder = start("builder", config, lab.clouds())) {
            await().atMost(UPLOADED).until(() -> uploads().isEmpty());
            assertThat(idsInGlance()).isEmpty();
            get(orders.unpause("img"));
            var upload = awaitUpload(builder, List.of());
            assertThat(idsInGlance()).containsExactly(upload.externalId().orElseThrow());
        }
        removeImages();
    }

    private static void kill(Program builder) throws Exception {
        builder.signal("KILL");
        builder.waitFor(DEAD);
    }

    private List<String> statusInGlance() throws Exception {
        var api = lab.as("lab");
        var answer = api.get(Service.IMAGE, "/images?owner=" + api.projectId());
        return answer.path("images").findValuesAsText("status");
    }

    /** Two gibibytes, which take no room on the disk but some seconds to upload. */
    private String large() throws IOException {
        var script = Files.writeString(directory.resolve("make-image"), """
                #!/bin/sh
                while [ "$1" != -o ]; do shift; done
                truncate -s 2G "$2.qcow2"
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return "dib-cmd: %s, elements: [vm], env-vars: {TMPDIR: %s}".formatted(script, directory.resolve("tmp"));
    }
}
