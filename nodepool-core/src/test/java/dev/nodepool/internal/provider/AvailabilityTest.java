package dev.nodepool.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.testing.ManualTime;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AvailabilityTest {

    private final ManualTime time = new ManualTime();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();
    private final Availability availability =
            new Availability("cloud", time, asked::incrementAndGet, changes::incrementAndGet);

    private static DriverException down() {
        return new DriverException(Fault.UNAVAILABLE, "503");
    }

    private Reason.Code code() {
        return availability.reason().map(Reason::code).orElse(null);
    }

    @Test
    void startsUntilItHasAnsweredAndSaysWhyItHasNot() {
        assertThat(code()).isEqualTo(Reason.Code.PROVIDER_STARTING);
        availability.notAnswered(down());
        assertThat(availability.reason().orElseThrow().text()).contains("does not answer: 503");
        availability.answered();
        assertThat(availability.reason()).isEmpty();
    }

    @Test
    void isAskedLaterEachTimeAndAsLateAsTheCloudSays() {
        assertThat(availability.notAnswered(down())).isEqualTo(Duration.ofSeconds(1));
        assertThat(availability.notAnswered(down())).isEqualTo(Duration.ofSeconds(2));
        var wait = Duration.ofSeconds(40);
        assertThat(availability.notAnswered(new DriverException(Fault.RATE_LIMITED, "429", wait, null)))
                .isEqualTo(wait);
        availability.answered();
        assertThat(availability.notAnswered(down())).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void anAnswerDoesNotEndTheRestThatAFailedLaunchBegan() {
        availability.answered();
        availability.notLaunched(down());
        availability.answered();
        assertThat(code()).isEqualTo(Reason.Code.PROVIDER_UNAVAILABLE);
        time.advance(Duration.ofSeconds(1));
        assertThat(asked).hasValue(1);
        availability.answered();
        assertThat(code()).isNull();
    }

    @Test
    void manyLaunchesThatMeetTheSameMomentCountOnceAndTheNextMomentLongerUntilOneGoesWell() {
        availability.answered();
        for (var i = 0; i < 50; i++) {
            availability.notLaunched(down());
        }
        time.advance(Duration.ofSeconds(1));
        availability.notLaunched(down());
        time.advance(Duration.ofSeconds(1));
        assertThat(asked).hasValue(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(asked).hasValue(2);
        availability.launched();
        availability.notLaunched(down());
        time.advance(Duration.ofSeconds(1));
        assertThat(asked).hasValue(3);
    }

    @Test
    void aLaunchThatGoesWellEndsTheRestAtOnce() {
        availability.answered();
        availability.notLaunched(down());
        availability.launched();
        assertThat(code()).isNull();
        assertThat(changes).hasValue(1);
        assertThat(time.waiting()).isZero();
    }

    @Test
    void aRefusalForQuotaIsForgottenWithTimeOrWhenSomethingIsGone() {
        availability.answered();
        availability.quotaRefused();
        availability.quotaRefused();
        assertThat(code()).isEqualTo(Reason.Code.QUOTA_REFUSED);
        assertThat(asked).hasValue(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(code()).isNull();
        availability.quotaRefused();
        availability.quotaMayBeFree();
        assertThat(code()).isNull();
        assertThat(changes).hasValue(2);
        assertThat(time.waiting()).isZero();
    }

    @Test
    void leavesNoTimerWhenClosed() {
        availability.answered();
        availability.notLaunched(down());
        availability.quotaRefused();
        availability.close();
        assertThat(time.waiting()).isZero();
    }
}
