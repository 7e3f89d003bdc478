package dev.nodepool.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.Behaviour;
import dev.nodepool.view.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReadyEndpointTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Readiness readiness = new Readiness(false, List.of("ZooKeeper", "provider north"), List.of());
    private final ReadyEndpoint endpoint = new ReadyEndpoint(() -> readiness, Duration.ofSeconds(120), () -> now);

    @Test
    void namesWhatTheStartWaitsFor() {
        assertThat(endpoint.now())
                .isEqualTo(Answer.text(500, "not ready\nwaiting for: ZooKeeper\nwaiting for: provider north"));
    }

    @Test
    @Behaviour("W09")
    void isReadyOnceAllProvidersAreStarted() {
        readiness = new Readiness(true, List.of(), List.of());
        assertThat(endpoint.now()).isEqualTo(Answer.text(200, "OK"));
    }

    @Test
    void staysReady() {
        readiness = new Readiness(true, List.of(), List.of());
        endpoint.now();
        readiness = new Readiness(false, List.of("provider north"), List.of());
        assertThat(endpoint.now().status()).isEqualTo(200);
    }

    @Test
    void aFailedProviderHoldsReadinessBackOnlyForTheLimit() {
        readiness = new Readiness(false, List.of(), List.of("provider south: no such driver"));
        assertThat(endpoint.now()).isEqualTo(Answer.text(500, "not ready\nfailed: provider south: no such driver"));
        now = now.plusSeconds(120);
        assertThat(endpoint.now()).isEqualTo(Answer.text(200, "OK\nfailed: provider south: no such driver"));
    }

    @Test
    void theLimitDoesNotHelpWhileSomethingElseIsStillStarting() {
        readiness = new Readiness(false, List.of("provider north"), List.of("provider south: no such driver"));
        now = now.plusSeconds(500);
        assertThat(endpoint.now().status()).isEqualTo(500);
    }

    @Test
    void tellsWhatAPersonShouldKnowWithoutBeingLessReady() {
        readiness = new Readiness(true, List.of(), List.of(), List.of("the configuration on disk is not in force"));
        assertThat(endpoint.now()).isEqualTo(Answer.text(200, "OK\nnote: the configuration on disk is not in force"));
    }
}
