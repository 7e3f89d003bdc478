package dev.nodepool.internal.dib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.retention.LocalImages.Build;
import dev.nodepool.testing.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {

    private static final Build ONE = new Build("ubuntu", "1".repeat(32));
    private static final Build LONGER = new Build("ubuntu-7.5", "2".repeat(32));
    private static final Build OLD = new Build("ubuntu", "0000000012");

    @TempDir
    private Path directory;

    private ImageFiles files() {
        return new ImageFiles(directory);
    }

    private void write(String... names) throws IOException {
        for (var name : names) {
            Files.writeString(directory.resolve(name), name);
        }
    }

    @Test
    @Behaviour({"B01", "B02", "B03", "B04", "B05"})
    void findsTheFilesOfABuildByItsId() throws Exception {
        var one = "ubuntu-" + ONE.id();
        var longer = "ubuntu-7.5-" + LONGER.id();
        write(one + ".qcow2", one + ".qcow2.md5", one + ".qcow2.sha256", one + ".raw", longer + ".vhd");
        write("ubuntu-0000000012.tar", "debian-12.qcow2", "builder_id.txt", "notes");
        Files.createDirectories(directory.resolve(one + ".d"));
        assertThat(files().formats(ONE)).containsExactly("qcow2", "raw");
        assertThat(files().formats(LONGER)).containsExactly("vhd");
        assertThat(files().formats(OLD)).containsExactly("tar");
        assertThat(files().builds()).containsExactlyInAnyOrder(ONE, LONGER, OLD);
        assertThat(files().formats(new Build("ubuntu", "f".repeat(32)))).isEmpty();
    }

    @Test
    @Behaviour("B06")
    void directoryIdAndFormatMakeAPathAlsoWhenTheNameHoldsDots() {
        assertThat(files().image(LONGER, "qcow2")).isEqualTo(directory.resolve("ubuntu-7.5-" + LONGER.id() + ".qcow2"));
        assertThat(files().md5(LONGER, "qcow2").getFileName().toString()).endsWith(".qcow2.md5");
        assertThat(files().image(ONE, "squashfs").getFileName().toString()).endsWith(".squash");
    }

    @Test
    void deletesEverythingOfABuildAndNothingElse() throws Exception {
        var one = "ubuntu-" + ONE.id();
        write(one + ".qcow2", one + ".qcow2.md5", one + ".raw-new", "ubuntu-7.5-" + LONGER.id() + ".qcow2");
        Files.createDirectories(directory.resolve(one + ".d").resolve("dib-manifests"));
        write(one + ".d/dib-manifests/list");
        files().delete(ONE);
        files().delete(ONE);
        assertThat(files().builds()).containsExactly(LONGER);
        try (var left = Files.list(directory)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void anEmptyFileIsNoImage() throws Exception {
        Files.createFile(directory.resolve("ubuntu-" + ONE.id() + ".raw"));
        assertThat(files().has(ONE, "raw")).isFalse();
        assertThat(files().has(ONE, "qcow2")).isFalse();
    }

    @Test
    @Behaviour("B08")
    void theIdOfADirectoryIsMadeOnceAndKept() throws Exception {
        var images = directory.resolve("a").resolve("images");
        var id = BuilderId.of(images);
        assertThat(UUID.fromString(id).version()).isEqualTo(4);
        assertThat(BuilderId.of(images)).isEqualTo(id);
        assertThat(Files.readString(images.resolve("builder_id.txt"))).isEqualTo(id);
        Files.writeString(images.resolve("builder_id.txt"), "given by hand");
        assertThat(BuilderId.of(images)).isEqualTo("given by hand");
    }
}
