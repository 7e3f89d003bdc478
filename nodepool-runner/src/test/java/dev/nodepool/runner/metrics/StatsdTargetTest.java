package dev.nodepool.runner.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatsdTargetTest {

    @Test
    void isNoneWithoutBothVariables() throws IOException {
        assertThat(StatsdTarget.of(Map.of("STATSD_PREFIX", "x"))).isEmpty();
        assertThat(StatsdTarget.of(Map.of("STATSD_HOST", "", "STATSD_PORT", " ")))
                .isEmpty();
    }

    @Test
    void eitherVariableIsEnough() throws IOException {
        assertThat(StatsdTarget.of(Map.of("STATSD_HOST", "stats"))).contains(new StatsdTarget("stats", 8125));
        assertThat(StatsdTarget.of(Map.of("STATSD_PORT", "9125"))).contains(new StatsdTarget("localhost", 9125));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "-1", "udp", "81 25"})
    void refusesAPortThatIsNone(String port) {
        assertThatThrownBy(() -> StatsdTarget.of(Map.of("STATSD_PORT", port)))
                .isInstanceOf(IOException.class)
                .hasMessage("STATSD_PORT is '%s'; it must be a number from 1 to 65535, or not be set", port);
    }
}
