package dev.nodepool.runner.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.view.ImageProgress;
import dev.nodepool.view.ImageProgress.Step;
import dev.nodepool.view.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people read on the page of a builder. */
final class BuilderPageTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private static String html(Readiness readiness, ImageProgress... progress) {
        return new BuilderPage("nb01", "1.0").html(readiness, List.of(progress), List.of(), NOW);
    }

    private static String html(ImageProgress progress) {
        return html(new Readiness(true, List.of(), List.of()), progress);
    }

    @Test
    void showsHowManyBytesOfAnUploadAreThere() {
        assertThat(html(new ImageProgress(
                        Step.UPLOADING,
                        "img",
                        "0000000001",
                        "north",
                        NOW.minusSeconds(61),
                        1_610_612_736L,
                        4_294_967_296L,
                        null)))
                .contains("uploading")
                .contains("north")
                .contains("00:00:01:01")
                .contains("<progress max=\"100\" value=\"37\" aria-label=\"uploading of img, 0000000001\">")
                .contains("37 %, 1.5 GiB of 4.0 GiB");
    }

    @Test
    void guessesByTimeWhereBytesDoNotTell() {
        assertThat(html(new ImageProgress(
                        Step.BUILDING, "img", "1", null, NOW.minusSeconds(30), 2_048, 0, Duration.ofSeconds(60))))
                .contains("about 50 % by time, log of 2.0 KiB");
    }

    @Test
    void guessesNothingTheFirstTime() {
        assertThat(html(new ImageProgress(Step.BUILDING, "img", "1", null, NOW, 12, 0, null)))
                .contains("log of 12 B")
                .doesNotContain("<progress");
    }

    @Test
    void saysThatNothingIsUnderWayAndWhyItIsNotReady() {
        assertThat(html(new Readiness(false, List.of("ZooKeeper"), List.of())))
                .contains("neither builds nor uploads")
                .contains("Not ready yet.")
                .contains("Waiting for ZooKeeper")
                .contains("There are no images.");
    }

    @Test
    void namesAreText() {
        assertThat(html(new ImageProgress(Step.CHECKING, "<b>", "1", null, NOW, 1, 2, null)))
                .contains("&lt;b&gt;")
                .doesNotContain("<b>");
    }
}
