package dev.nodepool.runner.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StopSignalsTest {

    private final List<String> calls = new ArrayList<>();
    private final StopSignals signals = new StopSignals(() -> calls.add("stop"), code -> calls.add("halt " + code));

    @Test
    void theFirstSignalAsksForAnOrderlyStop() {
        signals.received(15);
        assertThat(calls).containsExactly("stop");
    }

    @Test
    void theSecondSignalEndsAtOnceWithItsNumberInTheExitCode() {
        signals.received(15);
        signals.received(2);
        assertThat(calls).containsExactly("stop", "halt 130");
    }
}
