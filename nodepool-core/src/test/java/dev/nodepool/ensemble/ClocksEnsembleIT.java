package dev.nodepool.ensemble;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The clocks of the launchers jump. */
class ClocksEnsembleIT extends EnsembleBase {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration BOUND = Duration.ofSeconds(6);

    @Test
    void clocksThatJumpByAnHourChangeNothing() throws Exception {
        firstClock.shift(HOUR);
        users.awaitServed(20);
        secondClock.shift(HOUR.negated());
        users.awaitServed(20);
        firstClock.shift(HOUR.negated());
        users.awaitServed(20);
        secondClock.shift(HOUR);
        users.awaitServed(20);
        firstClock.shift(Duration.ZERO);
        secondClock.shift(Duration.ZERO);
        afterwards("clock of a launcher changed by one or two hours", 6, BOUND);
    }
}
