package dev.nodepool.internal.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Amounts;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuotaGateTest {

    private static final Amounts LIMIT = new Amounts(Map.of("cores", 8L, "gpu", 1L));

    @Test
    void admitsWhatFitsUpToItsOwnIdThoughLaterRecordsAreTooMuch() {
        var needs = Amounts.of("cores", 4);
        assertThat(QuotaGate.fits(needs, LIMIT, Amounts.of("cores", 12), () -> Amounts.of("cores", 8)))
                .isTrue();
        assertThat(QuotaGate.fits(needs, LIMIT, Amounts.of("cores", 12), () -> Amounts.of("cores", 12)))
                .isFalse();
    }

    @Test
    void looksOnlyAtWhatTheNodeNeeds() {
        var overdrawn = new Amounts(Map.of("cores", 4L, "gpu", 2L));
        assertThat(QuotaGate.fits(Amounts.of("cores", 4), LIMIT, overdrawn, () -> overdrawn))
                .isTrue();
        assertThat(QuotaGate.fits(new Amounts(Map.of("cores", 4L, "gpu", 0L)), LIMIT, overdrawn, () -> overdrawn))
                .isTrue();
        assertThat(QuotaGate.fits(Amounts.of("gpu", 1), LIMIT, overdrawn, () -> overdrawn))
                .isFalse();
    }
}
