package dev.nodepool.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.retention.LocalImages.Build;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalImagesTest {

    private static final String A = "a".repeat(32);
    private static final String B = "b".repeat(32);
    private static final String C = "c".repeat(32);

    private static Map<String, ImageFacts> tree(BuildFacts... builds) {
        return Map.of("img", new ImageFacts("img", false, Optional.empty(), false, List.of(builds)));
    }

    private static LocalImages.Verdict judge(
            LocalImages before, List<Build> here, Map<String, ImageFacts> images, double now) {
        return before.judge(here, images, Set.of("img"), now);
    }

    @Test
    void anEmptyTreeDeletesNothingHoweverLongItIsEmpty() {
        var here = List.of(new Build("img", A), new Build("img", B));
        var verdict = judge(LocalImages.NOTHING_SEEN, here, Map.of(), 0);
        for (var day = 1; day < 100; day++) {
            verdict = judge(verdict.next(), here, Map.of(), day * 86400.0);
            assertThat(verdict.gone()).isEmpty();
            assertThat(verdict.frozen()).isTrue();
        }
    }

    @Test
    void anUnknownBuildGoesAfterAWhileWhenAsManyAreKnown() {
        var here = List.of(new Build("img", A), new Build("img", B));
        var images = tree(ImageSituation.build(A, "ready", 1));
        var first = judge(LocalImages.NOTHING_SEEN, here, images, 0);
        assertThat(first.gone()).isEmpty();
        assertThat(judge(first.next(), here, images, 599).gone()).isEmpty();
        assertThat(judge(first.next(), here, images, 600).gone()).containsExactly(new Build("img", B));
    }

    @Test
    void whatIsUnknownOnlyNowAndThenIsNotDeleted() {
        var here = List.of(new Build("img", A), new Build("img", B));
        var both = tree(ImageSituation.build(A, "ready", 1), ImageSituation.build(B, "ready", 2));
        var one = tree(ImageSituation.build(A, "ready", 1));
        var verdict = judge(LocalImages.NOTHING_SEEN, here, one, 0);
        verdict = judge(verdict.next(), here, both, 300);
        verdict = judge(verdict.next(), here, one, 700);
        assertThat(verdict.gone()).isEmpty();
    }

    @Test
    void filesOfBuildsThatFailedOrAreGoingGoAtOnceAndThoseOfOthersStay() {
        var images = tree(
                ImageSituation.build(A, "failed", 1),
                ImageSituation.build(B, "deleting", 1),
                ImageSituation.build(C, "building", 1));
        var here = List.of(new Build("img", A), new Build("img", B), new Build("img", C));
        assertThat(judge(LocalImages.NOTHING_SEEN, here, images, 0).gone())
                .containsExactlyInAnyOrder(new Build("img", A), new Build("img", B));
    }

    @Test
    void filesThatOnlyLookLikeABuildOfAnImageNobodyKnowsStay() {
        var foreign = new Build("backup", "2024010112");
        var known = new Build("img", A);
        var images = tree(ImageSituation.build(A, "ready", 1));
        var first = judge(LocalImages.NOTHING_SEEN, List.of(known, foreign), images, 0);
        assertThat(judge(first.next(), List.of(known, foreign), images, 1e6).gone())
                .isEmpty();
    }
}
