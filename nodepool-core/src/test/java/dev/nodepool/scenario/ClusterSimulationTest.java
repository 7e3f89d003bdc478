package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A whole installation lives through days of storms and calms, driven by a seed that is printed. */
class ClusterSimulationTest {

    private final Logger log = (Logger) LoggerFactory.getLogger("dev.nodepool");

    /** Things go wrong all the time here; only what nobody foresaw is of interest. */
    @BeforeEach
    void errorsOnly() {
        log.setLevel(Level.ERROR);
    }

    @AfterEach
    void asBefore() {
        log.setLevel(null);
    }

    @Test
    void nothingIsLostLeakedStuckOrDoneTwiceInDaysOfStorms() {
        var first = Long.getLong("nodepool.simulation.seed", 1);
        var count = Integer.getInteger("nodepool.simulation.installations", 6);
        var report = new ClusterReport();
        for (var seed = first; seed < first + count; seed++) {
            try {
                new ClusterLife(seed, report).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dnodepool.simulation.seed=" + seed + " shows it again", e);
            }
        }
        report.tell(first);
        assertThat(report.fulfilled()).isPositive();
    }

    @Test
    void sameSeedDoesTheSameAgain() {
        assertThat(new ClusterLife(7, new ClusterReport()).run())
                .isEqualTo(new ClusterLife(7, new ClusterReport()).run());
    }
}
