package dev.nodepool.internal.retention;

import static dev.nodepool.internal.retention.ImageSituation.all;
import static dev.nodepool.internal.retention.ImageSituation.build;
import static dev.nodepool.internal.retention.ImageSituation.image;
import static dev.nodepool.internal.retention.ImageSituation.ready;
import static dev.nodepool.internal.retention.ImageSituation.upload;
import static dev.nodepool.internal.retention.ImageSituation.wanted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.retention.ImageRetention.UploadGoes;
import dev.nodepool.internal.retention.ImageRetention.Why;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.UploadState;
import dev.nodepool.testing.Behaviour;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ImageRetentionTest {

    private static final double NOW = 10_000;
    private static final int CASES = 4_000;

    private static void always(Consumer<ImageFacts> property) {
        for (var seed = 0; seed < CASES; seed++) {
            var facts = ImageSituation.random(new SplittableRandom(seed));
            try {
                property.accept(facts);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + facts, e);
            }
        }
    }

    @Test
    void neverDeletesTheNewestReadyUploadOfAProviderThatWantsTheImage() {
        always(facts -> {
            var goes = ImageRetention.of(all(), facts, NOW).uploads().stream()
                    .map(UploadGoes::upload)
                    .toList();
            for (var provider : ImageSituation.PROVIDERS) {
                facts.ready().stream()
                        .flatMap(b -> b.uploadsTo(provider).stream())
                        .filter(u -> u.upload().state() == UploadState.READY)
                        .max(Comparator.comparingDouble(
                                        (UploadFacts u) -> u.upload().stateTime())
                                .thenComparing(u -> u.upload().build())
                                .thenComparing(u -> u.upload().id()))
                        .ifPresent(newest -> assertThat(goes).doesNotContain(newest));
            }
        });
    }

    @Test
    void keepsTwoReadyUploadsPerProviderWhereThereAreTwo() {
        always(facts -> {
            var goes = ImageRetention.of(all(), facts, NOW).uploads();
            for (var provider : ImageSituation.PROVIDERS) {
                var readyUploads = facts.ready().stream()
                        .flatMap(b -> b.uploadsTo(provider).stream())
                        .filter(u -> u.upload().state() == UploadState.READY)
                        .toList();
                var kept = readyUploads.stream()
                        .filter(u -> goes.stream().noneMatch(g -> g.upload().equals(u)))
                        .count();
                assertThat(kept).isEqualTo(Math.min(2, readyUploads.size()));
            }
        });
    }

    @Test
    void neverMarksTheTwoNewestReadyBuildsNorOneWithAReadyUploadNorOneBeingMade() {
        always(facts -> {
            var marks = ImageRetention.of(all(), facts, NOW).marks();
            assertThat(facts.ready().stream().limit(2)).noneMatch(marks::contains);
            assertThat(marks)
                    .noneMatch(b -> b.build().state() != BuildState.BUILDING
                            && b.uploads().stream().anyMatch(u -> u.upload().state() == UploadState.READY));
            if (facts.building()) {
                assertThat(marks).noneMatch(b -> b.build().state() == BuildState.BUILDING);
            }
        });
    }

    @Test
    void neverRemovesARecordThatIsNotMarkedOrHasUploads() {
        always(facts -> assertThat(ImageRetention.of(all(), facts, NOW).records())
                .allMatch(b ->
                        b.build().state() == BuildState.DELETING && b.uploads().isEmpty()));
    }

    @Test
    void touchesNothingOfWhatItDoesNotKnow() {
        always(facts -> {
            var plan = ImageRetention.of(all(), facts, NOW);
            assertThat(plan.uploads()).noneMatch(g -> g.upload().upload().state() == UploadState.UNKNOWN);
            assertThat(plan.marks()).noneMatch(b -> b.build().state() == BuildState.UNKNOWN);
            var foreign = ImageRetention.of(wanted(false, false, Map.of("p", false, "q", false)), facts, NOW);
            assertThat(foreign.marks())
                    .allMatch(b -> b.build().builderId().orElseThrow().equals(ImageSituation.OURS));
            assertThat(foreign.uploads())
                    .allMatch(g -> facts.build(g.upload().upload().build())
                            .orElseThrow()
                            .build()
                            .builderId()
                            .orElseThrow()
                            .equals(ImageSituation.OURS));
        });
    }

    @Test
    void leavesUploadsOfProvidersOfOtherConfigurationsAlone() {
        always(facts -> assertThat(ImageRetention.of(wanted(true, true, Map.of("p", true)), facts, NOW)
                        .uploads())
                .allMatch(g -> g.upload().upload().provider().equals("p")));
    }

    @Test
    void leavesAnUploadUnderWayAlone() {
        always(facts -> assertThat(ImageRetention.of(all(), facts, NOW).uploads())
                .noneMatch(g -> g.upload().underWay() && g.upload().upload().state() == UploadState.UPLOADING));
    }

    /** Whatever is there, doing what is said over and over ends, and ends with what is wanted. */
    @Test
    void comesToAnEndWithAtMostTwoBuildsMoreThanProvidersUse() {
        always(facts -> {
            var now = facts;
            for (var round = 0; round < 20; round++) {
                var plan = ImageRetention.of(all(), now, NOW);
                if (plan.uploads().isEmpty()
                        && plan.marks().isEmpty()
                        && plan.records().isEmpty()) {
                    break;
                }
                now = ImageSteps.after(now, plan);
            }
            var last = ImageRetention.of(all(), now, NOW);
            assertThat(List.of(
                            last.uploads().size(),
                            last.marks().size(),
                            last.records().size()))
                    .containsExactly(0, 0, 0);
            for (var provider : ImageSituation.PROVIDERS) {
                var before = ImageRetention.newestReady(facts, provider);
                assertThat(ImageRetention.newestReady(now, provider))
                        .extracting(UploadFacts::upload)
                        .isEqualTo(before.stream().map(UploadFacts::upload).toList());
            }
        });
    }

    @Test
    @Behaviour("Z28")
    void theNewestBuildIsToldByTimeNotById() {
        var facts = image(build("zzz", "ready", 1), build("aaa", "ready", 3), build("0000000005", "ready", 2));
        assertThat(facts.ready()).extracting(BuildFacts::id).containsExactly("aaa", "0000000005", "zzz");
        assertThat(facts.newestReady().map(BuildFacts::id)).contains("aaa");
        assertThat(ImageRetention.of(all(), facts, NOW).marks())
                .extracting(BuildFacts::id)
                .containsExactly("zzz");
    }

    @Test
    @Behaviour({"Z29", "Z30", "Z31"})
    void theNewestUploadsAreFoundOverAllReadyBuilds() {
        var facts = image(
                build("a", "ready", 1, ready("a", "p", 9), upload("a", "p", "2", "failed", 50, false)),
                build("b", "ready", 2, ready("b", "p", 7)),
                build("c", "ready", 3, ready("c", "q", 8), ready("c", "p", 8)),
                build("d", "deleting", 4, ready("d", "p", 99)));
        assertThat(ImageRetention.newestReady(facts, "p"))
                .extracting(u -> u.upload().build())
                .containsExactly("a", "c");
        assertThat(ImageRetention.of(all(), facts, NOW).uploads())
                .extracting(g -> g.upload().upload().build() + " " + g.why())
                .containsExactlyInAnyOrder("a FAILED", "b SURPLUS", "d SURPLUS");
    }

    @Test
    void aFailedUploadIsShownForAMinuteUnlessItsProviderWantsTheImageNoMore() {
        var facts = image(build("a", "ready", 1, upload("a", "p", "1", "failed", NOW - 30, false)));
        assertThat(ImageRetention.of(all(), facts, NOW).uploads()).isEmpty();
        assertThat(ImageRetention.of(all(), facts, NOW + 60).uploads())
                .extracting(UploadGoes::why)
                .containsExactly(Why.FAILED);
        assertThat(ImageRetention.of(wanted(true, true, Map.of("p", false)), facts, NOW)
                        .uploads())
                .extracting(UploadGoes::why)
                .containsExactly(Why.FAILED);
    }

    @Test
    void aFailedBuildGoesOnceThereIsANewerResult() {
        var failed = build("f", "failed", 5);
        assertThat(ImageRetention.of(all(), image(build("r", "ready", 4), failed), NOW)
                        .marks())
                .isEmpty();
        assertThat(ImageRetention.of(all(), image(failed, build("r", "ready", 6)), NOW)
                        .marks())
                .containsExactly(failed);
        assertThat(ImageRetention.of(all(), image(failed, build("g", "failed", 6)), NOW)
                        .marks())
                .containsExactly(failed);
        assertThat(ImageRetention.of(wanted(false, false, Map.of()), image(failed), NOW)
                        .marks())
                .containsExactly(failed);
    }

    @Test
    void theOwnerOfABuildRemovesItAtOnceAndOthersOnlyLater() {
        var ours = image(build("a", "deleting", NOW));
        var theirs = image(build("a", "deleting", NOW, "theirs"));
        assertThat(ImageRetention.of(all(), ours, NOW).records()).hasSize(1);
        assertThat(ImageRetention.of(all(), theirs, NOW + 3000).records()).isEmpty();
        assertThat(ImageRetention.of(all(), theirs, NOW + 4000).records()).hasSize(1);
    }

    @Test
    void withoutAnyWantedFormatOurBuildsGoAndThoseOfOthersStay() {
        var facts = image(build("a", "ready", 1), build("b", "ready", 2, "theirs"));
        assertThat(ImageRetention.of(wanted(true, false, Map.of("p", false)), facts, NOW)
                        .marks())
                .extracting(BuildFacts::id)
                .containsExactly("a");
    }
}
