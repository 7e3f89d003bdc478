package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.view.SweepView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SweepTextTest {

    private static final SweepView NORTH = new SweepView(
            "north",
            "so many are unknown",
            1_700_000_000.5,
            Map.of("instances", new SweepView.Kind(9, 7), "ports", new SweepView.Kind(4, 0)),
            Map.of("ports", List.of("p"), "instances", List.of("a", "b")),
            8,
            2,
            1,
            true);

    private static final SweepView SOUTH =
            new SweepView("south", "", 0, Map.of("instances", new SweepView.Kind(3, 0)), Map.of(), 0, 0, 0, false);

    @Test
    void showsWhatIsHeldBackAndWhyByProvider() {
        assertThat(SweepText.of(List.of(NORTH, SOUTH)))
                .containsExactly(
                        "north: 7 of 9 instances unknown",
                        "  held back since 2023-11-14T22:13:20Z: so many are unknown",
                        "    instances a",
                        "    instances b",
                        "    ports p",
                        "    and 5 more",
                        "  a confirmation waits for the next sweep",
                        "  confirmed and still there: 2",
                        "  could not be deleted so far, tried again: 1",
                        "south: nothing unknown");
    }

    @Test
    void saysThatNothingWasSweptYet() {
        assertThat(SweepText.of(List.of())).containsExactly("no provider was swept yet");
    }

    @Test
    void saysWhatAConfirmationCovers() {
        assertThat(SweepText.confirmed(NORTH))
                .isEqualTo("confirmed: the next sweeps of north delete 3 of 8; confirm again for the rest");
    }
}
