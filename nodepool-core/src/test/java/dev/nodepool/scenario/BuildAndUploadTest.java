package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.model.BuildState;
import dev.nodepool.model.UploadState;
import dev.nodepool.testing.Behaviour;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is built and uploaded, when, and how it is recorded. */
class BuildAndUploadTest {

    static final String ONE = """
            diskimages: [{name: img, elements: [vm], release: 21, username: ci, python-path: /usr/bin/python3}]
            providers:
              - {name: fake-one, driver: fake, diskimages: [{name: img}], pools: []}
            """;

    static final String TWO = """
            diskimages: [{name: img, elements: [vm], metadata: {a: x, b: y}}]
            providers:
              - {name: fake-one, driver: fake, diskimages: [{name: img, meta: {b: z}}], pools: []}
              - {name: fake-two, driver: fake, diskimages: [{name: img}], pools: []}
            """;

    @TempDir
    private Path root;

    private ImageScenario scenario;

    @BeforeEach
    void begin() {
        scenario = new ImageScenario(root);
    }

    @Test
    @Behaviour({"L14", "B12"})
    void buildsWhatIsMissingAndUploadsItToEveryProvider() {
        var builder = scenario.builder(TWO);
        scenario.awaitReady("img", 1, "fake-one", "fake-two");
        assertThat(builder.dib.images()).containsExactly("img");
        var stored = scenario.stored("fake-one");
        assertThat(stored).hasSize(1);
        var build = scenario.builds("img").get(0);
        assertThat(stored.get(0).metadata())
                .containsEntry("a", "x")
                .containsEntry("b", "z")
                .containsEntry("nodepool_build_id", build.id())
                .containsEntry("nodepool_upload_id", "0000000001")
                .containsEntry("nodepool_provider_name", "fake-one")
                .containsKey("nodepool_installation");
    }

    @Test
    void recordsSayWhatPythonReads() {
        var builder = scenario.builder(ONE);
        scenario.passUntil(() -> !scenario.builds("img", BuildState.BUILDING).isEmpty(), Duration.ofSeconds(5));
        var building = scenario.builds("img").get(0);
        assertThat(building.id()).matches("[0-9a-f]{32}");
        assertThat(building.doc().fields())
                .containsEntry("builder", "host1")
                .containsEntry("builder_id", builder.id)
                .containsEntry("formats", "qcow2")
                .containsEntry("username", null)
                .containsEntry("python_path", null)
                .containsEntry("shell_type", null);
        scenario.awaitReady("img", 1, "fake-one");
        assertThat(scenario.builds("img").get(0).doc().fields())
                .containsEntry("state", "ready")
                .containsEntry("formats", "qcow2")
                .containsEntry("username", "ci")
                .containsEntry("python_path", "/usr/bin/python3")
                .containsEntry("shell_type", null);
        var upload = scenario.uploads("img", "fake-one").get(0);
        assertThat(upload.id()).isEqualTo("0000000001");
        assertThat(upload.doc().fields())
                .containsEntry("state", "ready")
                .containsEntry("format", "qcow2")
                .containsEntry("username", "ci")
                .containsEntry("python_path", "/usr/bin/python3")
                .containsEntry("shell_type", null)
                .containsEntry(
                        "external_id", scenario.stored("fake-one").get(0).id().json())
                .containsEntry(
                        "external_name", scenario.stored("fake-one").get(0).name());
        assertThat(upload.externalName().orElseThrow()).matches("img-\\d+");
    }

    @Test
    void aBuildThatFailsSaysSoWithoutFormats() {
        var builder = scenario.builder("diskimages: []\nproviders: []");
        builder.dib.status = order -> 7;
        builder.apply(ONE);
        scenario.passUntil(() -> !scenario.builds("img", BuildState.FAILED).isEmpty(), Duration.ofSeconds(10));
        var failed = scenario.builds("img").get(0);
        assertThat(failed.formats()).isEmpty();
        assertThat(failed.username()).isEqualTo("ci");
        assertThat(builder.files()).isEmpty();
    }

    @Test
    @Behaviour("B09")
    void aFailedUploadIsRecordedAndTriedAgainWhileTheOtherProviderIsServed() {
        var builder = scenario.builder("""
                diskimages: [{name: img}]
                providers:
                  - name: fake-one
                    driver: fake
                    diskimages: [{name: img}]
                    pools: []
                    fake-cloud: {faults: [{operation: upload, fault: unexpected, times: 1}]}
                  - {name: fake-two, driver: fake, diskimages: [{name: img}], pools: []}
                """);
        scenario.passUntil(
                () -> !scenario.uploads("img", "fake-one", UploadState.FAILED).isEmpty(), Duration.ofMinutes(1));
        scenario.pass(Duration.ofSeconds(1));
        assertThat(scenario.uploads("img", "fake-one", UploadState.READY)).isEmpty();
        assertThat(scenario.uploads("img", "fake-two", UploadState.READY)).hasSize(1);
        scenario.awaitReady("img", 1, "fake-one");
        assertThat(scenario.uploads("img", "fake-one"))
                .extracting(u -> u.id() + " " + u.state())
                .containsExactly("0000000001 FAILED", "0000000002 READY");
        assertThat(scenario.uploads("img", "fake-one").get(0).doc().fields())
                .containsEntry("external_id", null)
                .containsEntry("username", null);
        assertThat(builder.builder.progress()).isEmpty();
    }

    @Test
    void aProviderWhoseUploadsAlwaysFailOrHangDoesNotDelayTheOthers() {
        var images = "[{name: a}, {name: b}, {name: c}, {name: d}, {name: e}, {name: f}]";
        scenario.builder("""
                diskimages: %s
                providers:
                  - name: fake-bad
                    driver: fake
                    diskimages: %s
                    pools: []
                    fake-cloud: {faults: [{operation: upload, fault: hang}]}
                  - {name: fake-good, driver: fake, diskimages: %s, pools: []}
                """.formatted(images, images, images));
        scenario.passUntil(() -> scenario.stored("fake-good").size() == 6, Duration.ofMinutes(1));
        assertThat(scenario.uploads("a", "fake-bad", UploadState.READY)).isEmpty();
    }

    @Test
    void failingUploadsAreTriedWithGrowingDistance() {
        scenario.builder("""
                diskimages: [{name: img}]
                providers:
                  - name: fake-one
                    driver: fake
                    diskimages: [{name: img}]
                    pools: []
                    fake-cloud: {faults: [{operation: upload, fault: unexpected}]}
                """);
        scenario.pass(Duration.ofMinutes(10));
        // 0, 10, 30, 70, 150, 310 s, and not again before 630 s.
        assertThat(scenario.cloud.calls("upload fake-one")).isEqualTo(6);
        scenario.passUntil(() -> scenario.uploads("img", "fake-one").size() <= 1, Duration.ofMinutes(2));
    }

    @Test
    void failingBuildsAreTriedWithGrowingDistanceAndARequestOverridesThePauseOnce() {
        var builder = scenario.builder("diskimages: []\nproviders: []");
        builder.dib.status = order -> 1;
        builder.apply(ONE);
        scenario.pass(Duration.ofMinutes(10));
        assertThat(builder.dib.orders()).hasSize(6);
        scenario.ask("img");
        scenario.pass(Duration.ofSeconds(20));
        assertThat(builder.dib.orders()).hasSize(7);
        assertThat(scenario.asked("img")).isTrue();
        builder.dib.status = order -> 0;
        scenario.pass(Duration.ofMinutes(20));
        scenario.awaitReady("img", 1, "fake-one");
        assertThat(scenario.asked("img")).isFalse();
    }

    @Test
    @Behaviour("B14")
    void aBuildThatIsTooOldIsBuiltAgainAndUploaded() {
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        scenario.age("img", Duration.ofDays(2));
        scenario.awaitReady("img", 2, "fake-one");
        assertThat(builder.dib.orders()).hasSize(2);
        assertThat(scenario.uploads("img", "fake-one", UploadState.READY)).hasSize(2);
    }

    @Test
    void aBuildIsMadeByTimeAloneOnceTheNewestIsOldEnough() {
        var builder = scenario.builder(ONE.replace("release: 21", "release: 21, rebuild-age: 600"));
        scenario.awaitReady("img", 1, "fake-one");
        scenario.pass(Duration.ofSeconds(590));
        assertThat(builder.dib.orders()).hasSize(1);
        scenario.pass(Duration.ofSeconds(20));
        assertThat(builder.dib.orders()).hasSize(2);
    }

    @Test
    void aFormatThatIsMissingLeadsToABuildThoughTheNewestIsYoung() {
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        builder.apply(ONE.replace("release: 21", "release: 21, formats: [raw]"));
        scenario.awaitReady("img", 2, "fake-one");
        assertThat(scenario.image("img").newestReady().orElseThrow().build().formats())
                .containsExactly("qcow2", "raw");
    }

    @Test
    void aRequestDuringABuildLeadsToExactlyOneMore() {
        var builder = scenario.builder(ONE);
        scenario.pass(Duration.ofSeconds(1));
        scenario.ask("img");
        scenario.awaitReady("img", 2, "fake-one");
        scenario.pass(Duration.ofMinutes(3));
        assertThat(builder.dib.orders()).hasSize(2);
        assertThat(scenario.asked("img")).isFalse();
    }

    @Test
    void aRequestMadeBeforeADueBuildIsAnsweredByIt() {
        scenario.ask("img");
        var builder = scenario.builder(ONE);
        scenario.awaitReady("img", 1, "fake-one");
        scenario.pass(Duration.ofMinutes(3));
        assertThat(builder.dib.orders()).hasSize(1);
        assertThat(scenario.asked("img")).isFalse();
    }

    @Test
    void requestsGoFirstThenWhatHasWaitedLongest() {
        scenario.create("new", "a".repeat(32), ready("qcow2", Duration.ofDays(2)));
        scenario.create("old", "b".repeat(32), ready("qcow2", Duration.ofDays(9)));
        scenario.create("asked", "c".repeat(32), ready("qcow2", Duration.ZERO));
        scenario.ask("asked");
        var builder = scenario.builder("""
                diskimages: [{name: new, formats: [qcow2]}, {name: old, formats: [qcow2]}, {name: asked, formats: [qcow2]}]
                providers: []
                """);
        scenario.pass(Duration.ofSeconds(20));
        assertThat(builder.dib.images()).containsExactly("asked", "old", "new");
    }

    private Map<String, Object> ready(String formats, Duration age) {
        return Map.of(
                "state", "ready",
                "state_time", scenario.now() - age.toSeconds(),
                "builder", "elsewhere",
                "builder_id", "other",
                "formats", formats);
    }

    @Test
    void aPausedImageIsNeitherBuiltNorUploaded() {
        scenario.pause("img");
        var builder = scenario.builder(ONE);
        scenario.ask("img");
        scenario.pass(Duration.ofMinutes(1));
        assertThat(builder.dib.orders()).isEmpty();
        scenario.unpause("img");
        scenario.passUntil(() -> scenario.builds("img", BuildState.READY).size() == 1, Duration.ofMinutes(1));
        scenario.awaitReady("img", 1, "fake-one");

        scenario.pause("img");
        var upload = scenario.uploads("img", "fake-one").get(0);
        scenario.write(upload, Map.of("state", "deleting", "state_time", scenario.now()));
        scenario.pass(Duration.ofMinutes(2));
        assertThat(scenario.uploads("img", "fake-one")).isEmpty();
        assertThat(scenario.stored("fake-one")).isEmpty();
        scenario.unpause("img");
        scenario.awaitReady("img", 1, "fake-one");
        assertThat(builder.dib.orders()).hasSize(1);
    }

    @Test
    void aDiskimagePausedByConfigurationIsNeitherBuiltNorUploaded() {
        var builder = scenario.builder(ONE.replace("release: 21", "release: 21, pause: true"));
        scenario.ask("img");
        scenario.pass(Duration.ofMinutes(1));
        assertThat(builder.dib.orders()).isEmpty();
    }

    @Test
    @Behaviour("C12")
    void aProviderThatPausesAnImageGetsNothingWhileOthersDo() {
        scenario.builder(TWO.replace("meta: {b: z}", "pause: true"));
        scenario.awaitReady("img", 1, "fake-two");
        scenario.pass(Duration.ofMinutes(1));
        assertThat(scenario.uploads("img", "fake-one")).isEmpty();
    }

    @Test
    @Behaviour("B10")
    void aProviderThatIsAddedGetsTheImage() {
        var builder = scenario.builder(TWO.replaceAll("(?m)^.*fake-two.*\n", ""));
        scenario.awaitReady("img", 1, "fake-one");
        builder.apply(TWO);
        scenario.awaitReady("img", 1, "fake-one", "fake-two");
        assertThat(builder.dib.orders()).hasSize(1);
        assertThat(scenario.uploads("img", "fake-one")).hasSize(1);
    }

    @Test
    @Behaviour({"L25", "L26", "B20"})
    void eachProviderGetsItsOwnFormat() {
        scenario.builder("""
                diskimages: [{name: img}, {name: both}]
                providers:
                  - {name: fake-one, driver: fake, diskimages: [{name: img}, {name: both}], pools: []}
                  - name: fake-vhd
                    driver: fake
                    diskimages: [{name: both}]
                    pools: []
                    fake-cloud: {image-format: vhd}
                """);
        scenario.awaitReady("img", 1, "fake-one");
        scenario.awaitReady("both", 1, "fake-one", "fake-vhd");
        assertThat(scenario.builds("img").get(0).formats()).containsExactly("qcow2");
        assertThat(scenario.builds("both").get(0).formats()).containsExactly("qcow2", "vhd");
        assertThat(scenario.uploads("both", "fake-vhd").get(0).format()).contains("vhd");
        assertThat(scenario.uploads("both", "fake-one").get(0).format()).contains("qcow2");
        assertThat(scenario.figures.gauges)
                .containsKeys(
                        "nodepool.dib_image_build.img.qcow2.size",
                        "nodepool.dib_image_build.both.qcow2.size",
                        "nodepool.dib_image_build.both.vhd.size");
        scenario.pass(Duration.ofSeconds(61));
        assertThat(scenario.figures.gauges)
                .containsEntry("nodepool.builder.host1.image.img.build.state", 0L)
                .containsEntry("nodepool.builder.host1.image.both.provider.fake-vhd.upload.state", 0L)
                .containsEntry("nodepool.image_build_requests", 0L)
                .containsEntry("nodepool.image.img.image_build_requests", 0L);
        assertThat(scenario.figures.times)
                .containsKeys("nodepool.image_update.both.fake-vhd", "nodepool.dib_image_build.img.status.duration");
    }

    @Test
    @Behaviour("B19")
    void anImageWithoutProviderIsBuiltInTheFormatsItNames() {
        scenario.builder("diskimages: [{name: img, formats: [tar]}, {name: unused}]\nproviders: []");
        scenario.passUntil(() -> scenario.builds("img", BuildState.READY).size() == 1, Duration.ofMinutes(1));
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.builds("img").get(0).formats()).containsExactly("tar");
        assertThat(scenario.builds("unused")).isEmpty();
        assertThat(scenario.figures.gauges)
                .containsEntry("nodepool.dib_image_build.img.status.rc", 0L)
                .containsEntry("nodepool.dib_image_build.img.tar.size", 4096L)
                .containsKey("nodepool.dib_image_build.img.status.last_build");
        assertThat(scenario.figures.times.get("nodepool.dib_image_build.img.status.duration"))
                .isGreaterThanOrEqualTo(FakeRuns.TAKES);
    }

    @Test
    @Behaviour("B29")
    void imagesWithAParentAreBuiltAndTheParentIsNot() {
        var builder = scenario.builder("""
                diskimages:
                  - {name: base, abstract: true, elements: [vm]}
                  - {name: one, parent: base, formats: [raw], elements: [x]}
                  - {name: two, parent: one, formats: [raw]}
                providers: []
                """);
        scenario.pass(Duration.ofSeconds(20));
        assertThat(builder.dib.images()).containsExactlyInAnyOrder("one", "two");
        assertThat(builder.dib.orders().get(0).image().elements()).containsExactly("vm", "x");
    }

    @Test
    void severalBuildersBuildAnImageOnceAndEachUploadsItsOwn() {
        var one = scenario.builder(TWO);
        var two = scenario.builder(TWO);
        scenario.awaitReady("img", 1, "fake-one", "fake-two");
        scenario.pass(Duration.ofMinutes(1));
        assertThat(one.dib.orders().size() + two.dib.orders().size()).isEqualTo(1);
        for (var round = 2; round < 6; round++) {
            scenario.age("img", Duration.ofDays(2));
            scenario.pass(Duration.ofSeconds(30));
            assertThat(one.dib.orders().size() + two.dib.orders().size()).isEqualTo(round);
        }
        assertThat(scenario.stored("fake-one")).hasSize(2);
    }

    @Test
    @Behaviour("B22")
    void aBuildWhoseRecordCanNotBeWrittenLeavesNoFiles() {
        var builder = scenario.builder("diskimages: []\nproviders: []");
        builder.dib.takes = order -> builder.dib.orders().size() == 1 ? Duration.ofSeconds(20) : FakeRuns.TAKES;
        builder.apply(ONE);
        scenario.pass(Duration.ofSeconds(2));
        var first = scenario.builds("img").get(0);
        scenario.server.expire(builder.tree);
        scenario.awaitReady("img", 1, "fake-one");
        scenario.pass(Duration.ofMinutes(1));
        assertThat(scenario.builds("img")).extracting(b -> b.id()).doesNotContain(first.id());
        assertThat(builder.files()).noneMatch(name -> name.contains(first.id()));
        assertThat(builder.leftovers()).isEmpty();
    }

    @Test
    void anInterruptionThatTheSessionSurvivesFailsNothing() {
        var builder = scenario.builder(ONE);
        scenario.pass(Duration.ofSeconds(1));
        scenario.server.suspend(builder.tree);
        scenario.pass(Duration.ofSeconds(5));
        scenario.server.resume(builder.tree);
        scenario.awaitReady("img", 1, "fake-one");
        assertThat(builder.dib.orders()).hasSize(1);
    }

    @Test
    void buildsOfBothErasStandSideBySideAndOnlyTheirTimeCounts() {
        scenario.create("img", "0000000007", ready("qcow2", Duration.ofHours(3)));
        scenario.create("img", "f".repeat(32), ready("qcow2", Duration.ofHours(30)));
        var builder = scenario.builder(ONE);
        scenario.pass(Duration.ofMinutes(1));
        assertThat(builder.dib.orders()).isEmpty();
        scenario.create("img", "0".repeat(32), ready("qcow2", Duration.ofHours(1)));
        scenario.passUntil(() -> scenario.builds("img", BuildState.READY).size() == 2, Duration.ofMinutes(1));
        assertThat(List.of("0000000007", "0".repeat(32)))
                .containsExactlyInAnyOrderElementsOf(scenario.builds("img", BuildState.READY).stream()
                        .map(b -> b.id())
                        .toList());
    }
}
