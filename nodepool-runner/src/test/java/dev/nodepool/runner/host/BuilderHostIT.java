package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.model.BuildState;
import dev.nodepool.runner.Program;
import dev.nodepool.testing.HostProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real builds: what comes out of them, and what is left when they do not end well. */
final class BuilderHostIT extends BuilderHostBase {

    @Test
    void buildsATarAndABootableImageInTwoFormatsByTheStartScript() throws Exception {
        HostProgram.require("/usr/sbin/dropbear", "dropbear-bin");
        HostProgram.require("/usr/bin/extlinux", "extlinux");
        var images = image("ci-tar", "ci-root", "tar", "") + ", " + image("ci-vm", "ci-vm", "qcow2, raw", "");
        var config = config(
                "one",
                images,
                "{name: fake-one, diskimages: [{name: ci-vm}], pools: [], fake-cloud: {state: %s}}"
                        .formatted(directory.resolve("cloud")));
        var script = Path.of("..", "bin", "nodepool-builder").toAbsolutePath().normalize();
        try (Program builder = Program.start(List.of(script.toString(), "-f", "-c", config.toString()), Map.of())) {
            var tar = awaitBuild(builder, "ci-tar", BuildState.READY, BUILD);
            assertThat(tar.formats()).containsExactly("tar");
            var name = "ci-tar-" + tar.id();
            assertThat(files("one")).contains(name + ".tar", name + ".tar.md5", name + ".tar.sha256");
            assertThat(log("one", tar)).contains("Build completed successfully").endsWith("Exit code: 0\n");

            var vm = awaitBuild(builder, "ci-vm", BuildState.READY, BUILD);
            assertThat(vm.formats()).containsExactly("qcow2", "raw");
            var vmName = "ci-vm-" + vm.id();
            assertThat(files("one"))
                    .contains(vmName + ".qcow2", vmName + ".qcow2.md5", vmName + ".qcow2.sha256")
                    .contains(vmName + ".raw", vmName + ".raw.md5", vmName + ".raw.sha256");
            verifySums(home("one").resolve("images").resolve(vmName + ".qcow2"));
            verifySums(home("one").resolve("images").resolve(name + ".tar"));
            await().atMost(START)
                    .untilAsserted(() -> assertThat(
                                    facts("ci-vm").newestReady().orElseThrow().uploadsTo("fake-one"))
                            .singleElement()
                            .satisfies(upload ->
                                    assertThat(upload.upload().format()).contains("qcow2")));
            assertThat(leftovers()).isEmpty();
            builder.signal("TERM");
            assertThat(builder.waitFor(START)).as(builder::told).isZero();
        }
    }

    private static void verifySums(Path image) throws Exception {
        for (var kind : List.of("md5", "sha256")) {
            var check = HostProgram.start(List.of(kind + "sum", "-c", image + "." + kind));
            assertThat(check.waitFor(Duration.ofMinutes(2))).as(check::output).isZero();
        }
    }

    @Test
    void twoBuildersNeverBuildAnImageAtTheSameTime() throws Exception {
        var image = image("ci-tar", "ci-root", "tar", "");
        try (Program one = builder(config("one", image, ""));
                Program two = builder(config("two", image, ""))) {
            var ready = awaitBuild(one, "ci-tar", BuildState.READY, BUILD);
            assertThat(facts("ci-tar").builds()).hasSize(1);
            var owner = files("one").isEmpty() ? "two" : "one";
            assertThat(files(owner)).contains("ci-tar-" + ready.id() + ".tar");
            assertThat(files(owner.equals("one") ? "two" : "one")).isEmpty();
            assertThat(two.isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ci-hang-chroot", "ci-hang-loop"})
    void aBuildThatHangsIsEndedByItsTimeoutWithNothingLeftOver(String element) throws Exception {
        var config = config("one", image("ci", element, "raw", "build-timeout: 45,"), "");
        try (Program builder = builder(config)) {
            var build = awaitBuild(builder, "ci", BuildState.BUILDING, START);
            await().atMost(Duration.ofSeconds(44))
                    .until(() -> log("one", build).contains("Running")
                            && log("one", build).contains("hang"));
            assertThat(leftovers()).isNotEmpty();
            var failed = awaitBuild(builder, "ci", BuildState.FAILED, Duration.ofMinutes(3));
            assertThat(failed.id()).isEqualTo(build.id());
            // The next one begins after its pause and would be in the way.
            builder.signal("TERM");
            assertThat(builder.waitFor(Duration.ofSeconds(150)))
                    .as(builder::told)
                    .isZero();
            assertThat(leftovers()).isEmpty();
            assertThat(log("one", failed)).doesNotContain("Exit code");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ci-hang-chroot", "ci-hang-loop"})
    void whatABuilderLeftThatWasKilledInABuildIsGoneAfterTheNextStart(String element) throws Exception {
        var config = config("one", image("ci", element, "raw", ""), "");
        String abandoned;
        try (Program builder = builder(config)) {
            var build = awaitBuild(builder, "ci", BuildState.BUILDING, START);
            await().atMost(Duration.ofMinutes(3)).until(() -> log("one", build).contains("hang"));
            abandoned = build.id();
            builder.signal("KILL");
            builder.waitFor(START);
        }
        assertThat(leftovers()).isNotEmpty();
        config("one", image("ci", "ci-root", "tar", ""), "");
        try (Program builder = builder(config)) {
            awaitBuild(builder, "ci", BuildState.READY, BUILD);
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(facts("ci").builds())
                            .hasSize(1)
                            .noneMatch(build -> build.id().equals(abandoned)));
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(leftovers()).isEmpty());
            assertThat(files("one")).noneMatch(file -> file.contains(abandoned));
        }
    }

    @Test
    void aBuildThatFailsIsTriedAgainWithGrowingDistance() throws Exception {
        var config = config("one", image("ci", "no-such-element", "raw", ""), "");
        try (Program builder = builder(config)) {
            awaitBuild(builder, "ci", BuildState.FAILED, Duration.ofMinutes(2));
            builder.awaitOut("to be tried again in 40 s", Duration.ofMinutes(3));
            try (var logs = Files.list(home("one").resolve("logs"))) {
                assertThat(logs).hasSize(3);
            }
            assertThat(builds("ci", BuildState.FAILED)).hasSizeLessThanOrEqualTo(2);
            assertThat(leftovers()).isEmpty();
        }
    }
}
