package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.model.BuildState;
import dev.nodepool.model.UploadState;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A builder through its life: start, providers that can not be opened, lost sessions, stop. */
class BuilderLifeTest {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final String ONE = BuildAndUploadTest.ONE;
    private static final String TWO = BuildAndUploadTest.TWO;

    @TempDir
    private Path root;

    private ImageScenario scenario;

    @BeforeEach
    void begin() {
        scenario = new ImageScenario(root);
    }

    @Test
    void tellsOthersThatItLivesAndIsReadyOnceEverythingIsKnown() {
        var builder = scenario.builder(ONE);
        scenario.pass(Duration.ofSeconds(1));
        assertThat(builder.builder.readiness().ready()).isTrue();
        assertThat(scenario.names("/nodepool/components/builder"))
                .singleElement()
                .asString()
                .matches("host1\\d{10}");
        assertThat(scenario.names("/nodepool-java/launchers")).hasSize(1);
        scenario.server.expire(builder.tree);
        scenario.pass(Duration.ofSeconds(5));
        assertThat(scenario.names("/nodepool/components/builder")).hasSize(1);
        builder.stop();
        assertThat(scenario.names("/nodepool/components/builder")).isEmpty();
    }

    @Test
    void aProviderThatCanNotBeOpenedHoldsUpNothingAndLosesNothing() {
        scenario.builder(TWO);
        scenario.awaitReady("img", 1, "fake-one", "fake-two");
        var uploads = scenario.uploads("img", "fake-one");
        scenario.cloud.breakOpening("fake-one", "no such account");
        var second = scenario.builder(TWO);
        assertThat(second.builder.readiness().failed()).containsExactly("fake-one: no such account");
        assertThat(second.builder.readiness().ready()).isFalse();
        scenario.pass(LONG);
        assertThat(scenario.uploads("img", "fake-one")).isEqualTo(uploads);
        scenario.cloud.mendOpening("fake-one");
        scenario.pass(Duration.ofSeconds(90));
        assertThat(second.builder.readiness().ready()).isTrue();
        assertThat(second.builder.readiness().failed()).isEmpty();
    }

    @Test
    void aStopEndsABuildCleanlyAndSaysThatItFailed() {
        var builder = scenario.builder("diskimages: []\nproviders: []");
        builder.dib.takes = order -> Duration.ofHours(1);
        builder.apply(ONE);
        scenario.pass(Duration.ofSeconds(2));
        assertThat(builder.builder.progress()).hasSize(1);
        builder.stop();
        assertThat(scenario.builds("img")).singleElement().matches(b -> b.state() == BuildState.FAILED);
        assertThat(builder.leftovers()).isEmpty();
        assertThat(scenario.image("img").building()).isFalse();
    }

    @Test
    void whatAKilledBuilderLeftOfABuildIsGoneLongBeforeTheNextBuildEnds() {
        var killed = scenario.builder("diskimages: []\nproviders: []");
        killed.dib.takes = order -> Duration.ofHours(1);
        killed.apply(ONE);
        scenario.passUntil(() -> killed.dib.orders().size() == 1, LONG);
        killed.kill();
        assertThat(killed.leftovers()).hasSize(2);
        var next = scenario.builder("diskimages: []\nproviders: []", "host1");
        next.dib.takes = order -> Duration.ofHours(1);
        next.apply(ONE);
        scenario.passUntil(() -> next.dib.orders().size() == 1, LONG);
        scenario.pass(Duration.ofSeconds(10));
        assertThat(scenario.builds("img"))
                .singleElement()
                .satisfies(build -> assertThat(build.id())
                        .isEqualTo(next.dib.orders().get(0).build()));
        assertThat(next.leftovers())
                .hasSize(2)
                .allMatch(left -> left.contains(next.dib.orders().get(0).build()));
    }

    @Test
    void whatAKilledBuilderLeftOfAnUploadIsGoneLongBeforeTheNextUploadEnds() {
        var hang = ONE.replace("pools: []", "pools: [], fake-cloud: {faults: [{operation: upload, fault: hang}]}");
        var killed = scenario.builder(hang);
        scenario.passUntil(() -> scenario.stored("fake-one").size() == 1, LONG);
        var half = scenario.stored("fake-one").get(0);
        killed.kill();
        scenario.builder(hang, "host1");
        scenario.passUntil(() -> scenario.stored("fake-one").stream().anyMatch(image -> !image.equals(half)), LONG);
        scenario.pass(Duration.ofSeconds(10));
        assertThat(scenario.stored("fake-one")).hasSize(1).doesNotContain(half);
        assertThat(scenario.uploads("img", "fake-one", UploadState.UPLOADING)).hasSize(1);
        assertThat(scenario.uploads("img", "fake-one")).hasSize(1);
    }

    @Test
    void aStopEndsAnUploadAndTheNextBuilderCleansUpAfterIt() {
        var hang = ONE.replace("pools: []", "pools: [], fake-cloud: {faults: [{operation: upload, fault: hang}]}");
        var builder = scenario.builder(hang);
        scenario.passUntil(
                () -> !scenario.uploads("img", "fake-one", UploadState.UPLOADING)
                                .isEmpty()
                        && scenario.stored("fake-one").size() == 1,
                LONG);
        builder.stop();
        assertThat(scenario.uploads("img", "fake-one")).singleElement().matches(u -> u.state() == UploadState.FAILED);
        scenario.cloud.cloud("fake-one").faults().clear();
        scenario.builder(hang, "host1");
        scenario.passUntil(() -> scenario.uploads("img", "fake-one").size() == 1, Duration.ofMinutes(5));
        scenario.pass(LONG);
        assertThat(scenario.stored("fake-one")).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aLostSessionDuringAnUploadLeavesNothingAndTheImageIsUploadedAgain() {
        var builder = scenario.builder(ONE.replace(
                "pools: []", "pools: [], fake-cloud: {faults: [{operation: upload, fault: hang, times: 1}]}"));
        scenario.passUntil(
                () -> !scenario.uploads("img", "fake-one", UploadState.UPLOADING)
                        .isEmpty(),
                LONG);
        scenario.server.expire(builder.tree);
        scenario.awaitReady("img", 1, "fake-one");
        scenario.passUntil(
                () -> scenario.uploads("img", "fake-one").size() == 1
                        && scenario.stored("fake-one").size() == 1,
                LONG);
        assertThat(builder.dib.orders()).hasSize(1);
    }
}
