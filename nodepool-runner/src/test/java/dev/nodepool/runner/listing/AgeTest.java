package dev.nodepool.runner.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class AgeTest {

    private static final Instant SINCE = Instant.ofEpochSecond(1_576_922_999);

    @Test
    void hasAtLeastTwoDigitsEverywhere() {
        assertThat(age(Duration.ofSeconds(12))).isEqualTo("00:00:00:12");
        assertThat(age(Duration.ofDays(1).plusHours(2).plusMinutes(3).plusSeconds(4)))
                .isEqualTo("01:02:03:04");
        assertThat(age(Duration.ofDays(130))).isEqualTo("130:00:00:00");
    }

    @Test
    void cutsFractions() {
        assertThat(age(Duration.ofMillis(59_999))).isEqualTo("00:00:00:59");
    }

    @Test
    void givesTheFutureANegativeDay() {
        assertThat(age(Duration.ofSeconds(-30))).isEqualTo("-1:23:59:30");
    }

    private static String age(Duration duration) {
        return Age.of(SINCE, SINCE.plus(duration));
    }
}
