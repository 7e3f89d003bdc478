package dev.nodepool.runner.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HotSpotsTest {

    private final HotSpots spots = new HotSpots();

    @Test
    void namesWhatWasSeenMostOftenFirst() {
        spots.seen("a.B.c", "loop");
        spots.seen("a.B.d", "loop");
        spots.seen("a.B.d", "web");
        spots.seen("a.B.d", "loop");
        assertThat(spots.lines())
                .containsExactly(
                        "Threads were seen at work 4 times",
                        "Methods at work:",
                        " 75.0 % a.B.d",
                        " 25.0 % a.B.c",
                        "Threads at work:",
                        " 75.0 % loop",
                        " 25.0 % web");
    }

    @Test
    void saysThatNothingWasSeen() {
        assertThat(spots.lines()).containsExactly("Threads were seen at work 0 times");
    }

    @Test
    void showsTwentyOfVeryMany() {
        for (int i = 0; i < 50_000; i++) {
            spots.seen("method" + i, "thread");
        }
        assertThat(spots.lines()).hasSize(1 + 1 + 20 + 1 + 1);
    }
}
