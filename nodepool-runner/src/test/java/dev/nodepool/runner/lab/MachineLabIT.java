package dev.nodepool.runner.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.HostProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole loop with a machine that boots: build, upload, launch, scan of the host keys, login, end. */
@RealMachines
class MachineLabIT extends ImageBase {

    private static final Path ELEMENTS =
            Path.of("src/test/resources/dib-elements").toAbsolutePath();

    @Test
    void aMachineFromOurImageIsReachedWithTheKeysOfItsRecord() throws Exception {
        for (var program : List.of(
                List.of("/usr/bin/disk-image-create", "python3-diskimage-builder"),
                List.of("/bin/busybox", "busybox-static"),
                List.of("/usr/sbin/dropbear", "dropbear-bin"),
                List.of("/usr/bin/extlinux", "extlinux"),
                List.of("/usr/bin/qemu-img", "qemu-utils"),
                List.of("/usr/bin/ssh", "openssh-client"))) {
            HostProgram.require(program.get(0), program.get(1));
        }
        var image = "elements: [ci-vm], env-vars: {PATH: '%s', TMPDIR: %s, DIB_IMAGE_CACHE: %s}"
                .formatted(
                        ELEMENTS.resolve("host-bin") + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        directory.resolve("tmp"),
                        // Kept between runs: the kernel is fetched once.
                        Path.of("target/dib-cache").toAbsolutePath());
        var pool = pool("main", "", "lab")
                .replace("host-key-checking: false", "host-key-checking: true")
                .replace("flavor-name: lab.tiny", "flavor-name: lab.small, key-name: lab-key");
        var config = config(image, imageProvider("lab", pool));
        Files.writeString(config, Files.readString(config) + "elements-dir: " + ELEMENTS + "\n");
        try (var builder = start("builder", config, lab.clouds());
                var launcher = ready(start("launcher", config, lab.clouds()))) {
            var upload = awaitUpload(builder, List.of());
            assertThat(inGlance(upload).path("checksum").textValue()).isEqualTo(sum(file(upload), "md5"));
            var login = Files.writeString(directory.resolve("login"), """
                    #!/bin/sh
                    # login ADDRESS USER KNOWN-HOSTS
                    exec ssh -n -i %s -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$3" \\
                        -o GlobalKnownHostsFile=/dev/null "$2@$1" 'echo logged in as $(id -un)'
                    """.formatted(lab.privateKey()));
            Files.setPosixFilePermissions(login, PosixFilePermissions.fromString("rwx------"));
            try (var client = client(1, "lab", "--use", login.toString())) {
                assertThat(client.waitFor(LIMIT))
                        .as(() -> client.output() + launcher.told())
                        .isZero();
                assertThat(client.output())
                        .contains("logged in as zuul", "ssh-rsa", "ecdsa-sha2-nistp256", "ssh-ed25519");
            }
        }
        removeImages();
    }
}
