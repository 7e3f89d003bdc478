package dev.nodepool.internal.dib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nodepool.config.BuilderConfig;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.internal.dib.DibResult.End;
import dev.nodepool.internal.retention.LocalImages.Build;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.testing.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a fake diskimage-builder: real processes, real files. */
class DibRunIT {

    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final Build BUILD = new Build("img", ID);

    @TempDir
    private Path directory;

    private Threads threads;
    private Path images;
    private Path tmp;

    @BeforeEach
    void begin() throws IOException {
        threads = Threads.real("dib-test");
        images = Files.createDirectories(directory.resolve("images"));
        tmp = directory.resolve("tmp");
    }

    @AfterEach
    void end() {
        threads.close();
    }

    private BuildOrder order(String more, Map<String, String> environment) {
        var vars = new StringBuilder("TMPDIR: " + tmp);
        environment.forEach((name, value) ->
                vars.append(", ").append(name).append(": '").append(value).append('\''));
        var yaml = "diskimages: [{name: img, elements: [vm, x], release: 21, dib-cmd: '%p/fake-image-create'"
                + ", formats: [raw, qcow2, tar], env-vars: {" + vars + "}" + more + "}]";
        var image = new ConfigLoader(List.of(), Map.of())
                .loadText("(test)", yaml)
                .config()
                .diskImages()
                .get("img");
        var directories =
                new BuilderConfig(Optional.of(images), Optional.of("/elements"), directory.resolve("logs"), 2);
        return new BuildOrder(image, ID, images, directories);
    }

    private DibResult run(BuildOrder order) {
        return DibRuns.real(threads)
                .start(order)
                .done()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("logs").resolve("img-" + ID + ".log"));
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(tmp)) {
            return files.toList();
        }
    }

    @Test
    void makesEveryFormatAndALogThatEndsWithTheStatus() throws Exception {
        assertThat(run(order("", Map.of()))).isEqualTo(new DibResult(0, End.EXITED, ""));
        var files = new ImageFiles(images);
        assertThat(files.formats(BUILD)).containsExactly("qcow2", "raw", "tar");
        assertThat(log())
                .startsWith(
                        "fake diskimage-builder: img release '21' to " + images.resolve("img-" + ID) + ", temporary")
                .endsWith("Build completed successfully\nExit code: 0\n");
        assertThat(left()).isEmpty();
        assertThat(new Workspaces(images).left()).isEmpty();
    }

    @Test
    void callsTheProgramWithTheOptionsOfPython() {
        var command = DibCommand.of(order("", Map.of("DIB_RELEASE", "mine")), Path.of("/fakes"), Path.of("/w"));
        assertThat(command.words())
                .containsExactly(
                        "/fakes/fake-image-create",
                        "-x",
                        "-t",
                        "qcow2,raw,tar",
                        "--checksum",
                        "--no-tmpfs",
                        "--qemu-img-options",
                        "compat=0.10",
                        "-o",
                        images.resolve("img-" + ID).toString(),
                        "vm",
                        "x");
        assertThat(command.environment())
                .containsEntry("DIB_RELEASE", "mine")
                .containsEntry("DIB_IMAGE_NAME", "img")
                .containsEntry("DIB_IMAGE_FILENAME", images.resolve("img-" + ID).toString())
                .containsEntry("ELEMENTS_PATH", "/elements")
                .containsEntry("TMPDIR", "/w");
    }

    @Test
    void tellsTheStatusOfAFailure() throws Exception {
        assertThat(run(order("", Map.of("FAKE_DIB_STATUS", "3")))).isEqualTo(new DibResult(3, End.EXITED, ""));
        assertThat(log()).endsWith("failing as told\nExit code: 3\n");
        assertThat(left()).isEmpty();
    }

    @Test
    void aProgramThatIsNotThereIsStatus127() throws Exception {
        var order = order("", Map.of());
        var missing = new ConfigLoader(List.of(), Map.of())
                .loadText("(test)", "diskimages: [{name: img, dib-cmd: /nowhere/dib, formats: [raw]}]")
                .config()
                .diskImages()
                .get("img");
        assertThat(run(new BuildOrder(missing, ID, images, order.directories())).status())
                .isEqualTo(127);
        assertThat(log()).contains("/nowhere/dib").endsWith("Exit code: 127\n");
    }

    @Test
    @Behaviour("B21")
    void aBuildThatHangsEndsByItsTimeoutAndLeavesNothing() throws Exception {
        var order = order(", build-timeout: 1", Map.of("FAKE_DIB_HANG", "1"));
        assertThat(run(order)).isEqualTo(new DibResult(1, End.TIMED_OUT, ""));
        assertThat(log()).doesNotContain("Exit code");
        assertThat(left()).isEmpty();
        assertThat(processes()).isEmpty();
    }

    @Test
    void aBuildThatIsStoppedLeavesNothing() throws Exception {
        var run = DibRuns.real(threads).start(order("", Map.of("FAKE_DIB_HANG", "1")));
        await().until(() -> Files.exists(run.log()) && Files.size(run.log()) > 0);
        await().until(() -> !processes().isEmpty());
        run.stop();
        var result = run.done().orTimeout(60, TimeUnit.SECONDS).join();
        assertThat(result.end()).isEqualTo(End.STOPPED);
        assertThat(processes()).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void aProcessLeftBehindWithTheOutputOpenNeitherDelaysTheEndNorLivesOn() throws Exception {
        assertThat(run(order("", Map.of("FAKE_DIB_LEAVE", "1"))).good()).isTrue();
        assertThat(processes()).isEmpty();
    }

    /** A crash of the builder leaves the run going; what is noted is enough to end it. */
    @Test
    void whatABuilderThatDiedHasLeftIsFoundAndEnded() throws Exception {
        var run = DibRuns.real(threads).start(order("", Map.of("FAKE_DIB_HANG", "1")));
        await().until(() -> !processes().isEmpty());
        await().until(() -> Files.exists(run.log()) && Files.size(run.log()) > 0);
        var workspaces = new Workspaces(images);
        assertThat(workspaces.left()).containsExactly(BUILD);
        workspaces.sweep(BUILD);
        assertThat(workspaces.left()).isEmpty();
        assertThat(left()).isEmpty();
        await().atMost(Duration.ofSeconds(10)).until(() -> processes().isEmpty());
        run.done().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private List<Long> processes() throws IOException {
        return new Processes(tmp.toRealPath().resolve("nodepool-img-" + ID)).alive();
    }

    @Test
    void oldLogsOfTheSameImageGoAndThoseOfOneWithALongerNameStay() throws Exception {
        var logs = Files.createDirectories(directory.resolve("logs"));
        for (var i = 0; i < 5; i++) {
            var old = Files.writeString(logs.resolve("img-" + "a".repeat(31) + i + ".log"), "old");
            Files.setLastModifiedTime(old, FileTime.fromMillis(1_000_000L + i * 1000L));
            Files.writeString(logs.resolve("img-bionic-" + "a".repeat(31) + i + ".log"), "other");
        }
        run(order("", Map.of()));
        try (Stream<Path> files = Files.list(logs)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .contains(
                            "img-" + ID + ".log", "img-" + "a".repeat(31) + "3.log", "img-" + "a".repeat(31) + "4.log")
                    .hasSize(8);
        }
    }

    @Test
    void sumsAreComparedWhereTheyAreAndMadeWhereTheyAreNot() throws Exception {
        run(order("", Map.of()));
        var files = new ImageFiles(images);
        var sums = Checksums.ensure(files, BUILD, "tar", bytes -> {}, () -> false);
        assertThat(Files.readString(files.sha256(BUILD, "tar")))
                .isEqualTo(sums.sha256() + "  " + files.image(BUILD, "tar") + "\n");
        assertThat(Checksums.ensure(files, BUILD, "qcow2", bytes -> {}, () -> false))
                .isEqualTo(Checksums.stored(files, BUILD, "qcow2"));
        Files.writeString(files.image(BUILD, "raw"), "tampered");
        assertThatThrownBy(() -> Checksums.ensure(files, BUILD, "raw", bytes -> {}, () -> false))
                .isInstanceOf(Checksums.Mismatch.class)
                .hasMessageContaining("raw.md5 says");
    }
}
