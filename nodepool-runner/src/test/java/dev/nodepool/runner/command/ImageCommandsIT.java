package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.testing.Behaviour;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders about images, on a real ZooKeeper and without a builder. */
final class ImageCommandsIT {

    private static final String BUILD = "/nodepool/images/debian-12/builds/0000000003";
    private static final String UPLOAD = BUILD + "/providers/north/images/0000000005";

    @TempDir
    private Path directory;

    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(directory, """
                labels: []
                diskimages:
                  - name: base
                    abstract: true
                  - name: debian-12
                  - name: asleep
                    pause: true
                providers:
                  - {name: hosts, driver: static, pools: []}
                """);
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    private void build(String state) {
        installation.write(BUILD, "{\"state\": \"%s\", \"state_time\": 1.5, \"builder\": \"nb01\"}".formatted(state));
    }

    private void upload(String state) {
        installation.write(UPLOAD, "{\"state\": \"%s\", \"state_time\": 2.5}".formatted(state));
    }

    @Test
    void asksForABuildOnceHoweverOftenItIsOrdered() {
        assertThat(installation.run("image-build", "debian-12"))
                .as(installation.err())
                .isZero();
        assertThat(installation.run("image-build", "debian-12")).isZero();
        assertThat(installation.out()).isEmpty();
        assertThat(installation.read("/nodepool/images/debian-12/request-build"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "base"})
    void buildsNoImageThatIsNotBuiltHere(String image) {
        assertThat(installation.run("image-build", image)).isEqualTo(1);
        assertThat(installation.err())
                .isEqualTo(
                        "nodepool image-build: error: Trying to build a non disk-image-builder image: " + image + "\n");
    }

    @Test
    @Behaviour("C10")
    void buildsNoImageThatIsPausedInTheConfiguration() {
        assertThat(installation.run("image-build", "asleep")).isEqualTo(1);
        assertThat(installation.err())
                .isEqualTo("nodepool image-build: error: Skipping build request for image asleep; paused\n");
        assertThat(installation.read("/nodepool/images/asleep/request-build")).isEmpty();
    }

    @Test
    @Behaviour("C20")
    void pausesAnImageAndLetsItGoOn() {
        build("ready");
        for (int twice = 0; twice < 2; twice++) {
            assertThat(installation.run("image-pause", "debian-12")).isZero();
            assertThat(installation.out()).isEmpty();
            assertThat(installation.read("/nodepool/images/debian-12/pause")).contains("");
        }
        assertThat(installation.run("dib-image-list")).isZero();
        assertThat(installation.out()).contains("| paused |");
        for (int twice = 0; twice < 2; twice++) {
            assertThat(installation.run("image-unpause", "debian-12")).isZero();
            assertThat(installation.out()).isEmpty();
            assertThat(installation.read("/nodepool/images/debian-12/pause")).isEmpty();
        }
        assertThat(installation.run("dib-image-list")).isZero();
        assertThat(installation.out()).contains("| ready |");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "debian-12/builds", ".."})
    void pausesNothingThatIsNoImage(String image) {
        assertThat(installation.run("image-pause", image)).isEqualTo(1);
        assertThat(installation.err()).contains("is configured or in ZooKeeper");
        assertThat(installation.read("/nodepool/images")).isEmpty();
    }

    @Test
    void refusesToUnpauseWhatCanNotBeAnImage() {
        assertThat(installation.run("image-unpause", "..")).isEqualTo(1);
        assertThat(installation.err())
                .isEqualTo("nodepool image-unpause: error: \"..\" can not be the name of an image\n");
        assertThat(installation.run("image-unpause", "nonsense")).isZero();
    }

    @Test
    void hasABuildDeletedUnlessItIsBeingMade() {
        assertThat(installation.run("dib-image-delete", "debian-12-0000000003")).isZero();
        assertThat(installation.out()).isEqualTo("Build debian-12-0000000003 not found\n");
        build("building");
        assertThat(installation.run("dib-image-delete", "debian-12-0000000003")).isZero();
        assertThat(installation.out()).isEqualTo("Cannot delete a build in progress\n");
        build("ready");
        assertThat(installation.run("dib-image-delete", "debian-12-0000000003")).isZero();
        assertThat(installation.out()).isEmpty();
        assertThat(installation.read(BUILD).orElseThrow()).contains("deleting");
        assertThat(installation.run("dib-image-delete", "--force", "debian-12-0000000003"))
                .isZero();
        assertThat(installation.read(BUILD)).isEmpty();
        assertThat(installation.run("dib-image-delete", "nodash")).isEqualTo(1);
        assertThat(installation.err()).contains("nodash is not of the form IMAGE-BUILD");
    }

    @Test
    @Behaviour("C02")
    void hasAnUploadDeletedUnlessItIsUnderWay() {
        String[] order = {
            "image-delete",
            "--provider",
            "north",
            "--image",
            "debian-12",
            "--build-id",
            "0000000003",
            "--upload-id",
            "0000000005"
        };
        assertThat(installation.run(order)).isZero();
        assertThat(installation.out()).isEqualTo("Image upload not found\n");
        build("ready");
        upload("uploading");
        assertThat(installation.run(order)).isZero();
        assertThat(installation.out()).isEqualTo("Cannot delete because image upload in progress\n");
        upload("ready");
        installation.questions.somebodyThere = true;
        assertThat(installation.run(order)).isZero();
        assertThat(installation.out()).isEqualTo("Aborting.\n");
        assertThat(installation.questions.asked)
                .containsExactly("Delete upload 0000000005 of debian-12-0000000003 from provider north? [N/y] ");
        installation.questions.answer = Optional.of("y");
        assertThat(installation.run(order)).isZero();
        assertThat(installation.out()).isEmpty();
        assertThat(installation.read(UPLOAD).orElseThrow()).contains("deleting");
    }

    @Test
    void wantsToBeToldExactlyWhichUpload() {
        assertThat(installation.run("image-delete", "--provider", "north")).isEqualTo(2);
        assertThat(installation.err()).contains("--image", "--build-id", "--upload-id");
    }

    @Test
    @Behaviour("C28")
    void putsIntoAnotherZooKeeperWhatItTookOutOfOne(@TempDir Path elsewhere) throws IOException {
        build("ready");
        upload("ready");
        installation.write(BUILD + "/lock", "");
        installation.write("/nodepool/images/debian-12/builds/lock", "");
        installation.write("/nodepool/images/debian-12/pause", "");
        installation.write("/nodepool/images/debian-12/request-build", "");
        Path file = Files.writeString(directory.resolve("images.json"), "x".repeat(10_000));
        assertThat(installation.run("export-image-data", file.toString()))
                .as(installation.err())
                .isZero();
        assertThat(installation.out()).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file))
                .isEqualTo(
                        ("{\"%s\":\"{\\\"state\\\": \\\"ready\\\", \\\"state_time\\\": 1.5, \\\"builder\\\": \\\"nb01\\\"}\","
                                        + "\"%s\":\"{\\\"state\\\": \\\"ready\\\", \\\"state_time\\\": 2.5}\","
                                        + "\"/nodepool/images/debian-12/pause\":\"\"}")
                                .formatted(BUILD, UPLOAD));
        try (Installation other = new Installation(elsewhere, "")) {
            other.questions.somebodyThere = true;
            other.write("/nodepool/images/debian-12/pause", "");
            assertThat(other.run("import-image-data", file.toString())).isZero();
            assertThat(other.read(BUILD)).isEmpty();
            other.questions.answer = Optional.of("y");
            assertThat(other.run("import-image-data", file.toString()))
                    .as(other.err())
                    .isZero();
            assertThat(other.questions.asked).contains("Import 3 records, 1 of them in place of others? [N/y] ");
            assertThat(other.read(BUILD)).isEqualTo(installation.read(BUILD));
            assertThat(other.read(UPLOAD)).isEqualTo(installation.read(UPLOAD));
            assertThat(other.read("/nodepool/images/debian-12/pause")).isPresent();
            String next = Installation.get(other.tree.create(
                            BUILD + "/providers/north/images/", new byte[0], Mode.PERSISTENT_SEQUENTIAL))
                    .name();
            assertThat(next).isGreaterThan("0000000005");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"/nodepool/images/i/pause\": \"\", \"/nodepool/nodes/0000000001\": \"{}\"}",
                "{\"/nodepool/images/i/pause\": \"\", \"/nodepool/images/i/builds/../../x/pause\": \"\"}",
                "{\"/nodepool/images/i/pause\": \"\", \"/nodepool/images/i/builds/1/\": \"{}\"}",
                "{\"/nodepool/images/i/pause\": \"\", \"/nodepool/images/i/builds/lock\": \"{}\"}",
                "{\"/nodepool/images/i/pause\": \"\", \"/nodepool/images/i/builds/1\": \"no JSON\"}",
                "{\"/nodepool/images/i/pause\": \"\", \"/nodepool/images/i/builds/1\": 1}",
                "{\"/nodepool/images/i/pause\": \"\", \"\": \"\"}",
                "[]",
                ""
            })
    void importsNothingOfAFileWithAnythingElseInIt(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("bad.json"), content, StandardCharsets.UTF_8);
        assertThat(installation.run("import-image-data", file.toString())).isEqualTo(1);
        assertThat(installation.err()).startsWith("nodepool import-image-data: error: " + file + ": ");
        assertThat(installation.read("/nodepool/images")).isEmpty();
    }

    @Test
    void namesAFileThatIsNotThere() {
        assertThat(installation.run("import-image-data", directory + "/none")).isEqualTo(1);
        assertThat(installation.err()).contains("there is no file " + directory + "/none");
        assertThat(installation.run("export-image-data", directory + "/none/file"))
                .isEqualTo(1);
        assertThat(installation.err()).contains("there is no directory " + directory + "/none");
    }

    @Test
    void leavesOutProvidersWithoutImagesWhereAliensAreListed() {
        assertThat(installation.run("alien-image-list")).as(installation.err()).isZero();
        assertThat(installation.out()).isEqualTo("""
                +----------+------+----------+
                | Provider | Name | Image ID |
                +----------+------+----------+
                +----------+------+----------+
                """);
        assertThat(installation.run("alien-image-list", "hosts", "--format", "json"))
                .isZero();
        assertThat(installation.out()).isEqualTo("[]\n");
    }
}
