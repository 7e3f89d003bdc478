package dev.nodepool.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ManualTimeTest {

    private final ManualTime time = new ManualTime(Instant.EPOCH);

    @Test
    void runsWhatIsDueInOrderAtItsInstant() {
        var ran = new ArrayList<String>();
        time.after(Duration.ofSeconds(3), () -> ran.add("b@" + time.instant()));
        time.after(Duration.ofSeconds(1), () -> {
            ran.add("a@" + time.instant());
            time.after(Duration.ofSeconds(1), () -> ran.add("added@" + time.instant()));
        });
        time.after(Duration.ofSeconds(9), () -> ran.add("too late"));

        time.advance(Duration.ofSeconds(5));

        assertThat(ran)
                .containsExactly("a@1970-01-01T00:00:01Z", "added@1970-01-01T00:00:02Z", "b@1970-01-01T00:00:03Z");
        assertThat(time.instant()).isEqualTo(Instant.EPOCH.plusSeconds(5));
        assertThat(time.nextDue()).contains(Instant.EPOCH.plusSeconds(9));
    }

    @Test
    void doesNotRunWhatWasCancelled() {
        var ran = new ArrayList<String>();
        time.after(Duration.ZERO, () -> ran.add("x")).run();

        time.runDue();

        assertThat(ran).isEmpty();
        assertThat(time.waiting()).isZero();
    }
}
