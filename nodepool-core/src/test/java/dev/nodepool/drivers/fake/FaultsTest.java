package dev.nodepool.drivers.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.Instance;
import dev.nodepool.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FaultsTest {

    private final ManualTime time = new ManualTime();
    private final FakeProvider provider = Fakes.provider(FakeCloudSettings.DEFAULTS, time);
    private final ImageStore images = provider.images().orElseThrow();

    static Stream<Arguments> operationsAndKinds() {
        return EnumSet.complementOf(EnumSet.of(Operation.BOOT, Operation.LIMITS)).stream()
                .flatMap(operation -> EnumSet.complementOf(EnumSet.of(FaultKind.HANG)).stream()
                        .map(kind -> Arguments.of(operation, kind)));
    }

    @ParameterizedTest
    @MethodSource("operationsAndKinds")
    void failsACallAsOrderedAndTheNextOneNot(Operation operation, FaultKind kind) {
        order(operation, kind);

        var failed = call(operation);
        var next = call(operation);

        assertThat(Fakes.failure(failed).fault()).isEqualTo(expected(kind));
        assertThat(Fakes.failure(failed).retryAfter().isPresent()).isEqualTo(kind == FaultKind.RATE);
        time.advance(Duration.ofMillis(100));
        assertThat(next).isCompleted();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"BOOT", "LIMITS"},
            mode = EnumSource.Mode.EXCLUDE)
    void doesNotAnswerAHangingCallUntilTheProviderIsClosed(Operation operation) {
        order(operation, FaultKind.HANG);

        var hanging = call(operation);
        time.advance(Duration.ofDays(1));

        assertThat(hanging).isNotDone();
        provider.close();
        assertThat(Fakes.fault(hanging)).isEqualTo(Fault.UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource
    void failsABootAfterTheIdWasTold(FaultKind kind) {
        order(Operation.BOOT, kind);
        var told = new ArrayList<ExternalId>();

        var answer = provider.create(Fakes.spec("7"), told::add);
        time.advance(Duration.ofSeconds(1));

        assertThat(told).hasSize(1);
        var usable = Fakes.instances(provider).stream().map(Instance::usable).toList();
        if (kind == FaultKind.HANG) {
            assertThat(answer).isNotDone();
        } else {
            assertThat(Fakes.fault(answer)).isEqualTo(expected(kind));
        }
        assertThat(usable).containsExactly(kind == FaultKind.LOST_ANSWER);
        provider.delete(told.get(0)).join();
        assertThat(Fakes.instances(provider)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HANG")
    void failsTheLimits(FaultKind kind) throws DriverException {
        order(Operation.LIMITS, kind);

        assertThatThrownBy(provider::limits)
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.fault()).isEqualTo(expected(kind)));
        assertThat(provider.limits().get("instances")).isEqualTo(20);
    }

    @Test
    void letsHangingLimitsGoWhenTheProviderIsClosed() {
        order(Operation.LIMITS, FaultKind.HANG);
        provider.close();

        assertThatThrownBy(provider::limits)
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE));
    }

    @ParameterizedTest
    @EnumSource(names = {"LOST_ANSWER", "HANG"})
    void makesTheInstanceOfWhichNobodyHears(FaultKind kind) {
        order(Operation.CREATE, kind);
        var told = new ArrayList<ExternalId>();

        provider.create(Fakes.spec("7"), told::add);

        assertThat(told).isEmpty();
        assertThat(Fakes.instances(provider)).hasSize(1);
    }

    @Test
    void deletesThoughTheAnswerIsLostAndKeepsWhenItHangs() {
        provider.faults().add(new FaultRule(Operation.DELETE, FaultKind.HANG, new FaultRule.Times(1)));
        provider.faults().add(new FaultRule(Operation.DELETE, FaultKind.LOST_ANSWER, new FaultRule.Times(2)));
        Fakes.create(provider, "7");
        var id = Fakes.instances(provider).get(0).id();

        var hanging = provider.delete(id);
        assertThat(Fakes.instances(provider)).hasSize(1);
        hanging.cancel(false);
        var lost = provider.delete(id);

        assertThat(Fakes.fault(lost)).isEqualTo(Fault.UNCLEAR);
        assertThat(Fakes.instances(provider)).isEmpty();
    }

    @Test
    void keepsTheImageWhoseUploadGotNoAnswer() {
        order(Operation.UPLOAD, FaultKind.LOST_ANSWER);

        call(Operation.UPLOAD);

        assertThat(images.list().join().items()).hasSize(1);
    }

    @Test
    void delaysTheBadNews() {
        provider.faults()
                .add(new FaultRule(
                        Operation.CREATE, FaultKind.CAPACITY, new FaultRule.Every(1), Duration.ofSeconds(3)));

        var answer = Fakes.create(provider, "7");
        time.advance(Duration.ofMillis(2999));
        assertThat(answer).isNotDone();
        time.advance(Duration.ofMillis(1));

        assertThat(Fakes.fault(answer)).isEqualTo(Fault.NO_CAPACITY);
    }

    @Test
    void delaysTheBootThatFails() {
        provider.faults()
                .add(new FaultRule(Operation.BOOT, FaultKind.QUOTA, new FaultRule.Every(1), Duration.ofSeconds(3)));

        var answer = Fakes.create(provider, "7");
        time.advance(Duration.ofMillis(3099));
        assertThat(answer).isNotDone();
        time.advance(Duration.ofMillis(1));

        assertThat(Fakes.fault(answer)).isEqualTo(Fault.QUOTA_EXCEEDED);
    }

    @Test
    void failsWithWhatTheCallerThrowsAtTheId() {
        var answer = provider.create(Fakes.spec("7"), id -> {
            throw new IllegalStateException("no room");
        });

        assertThat(Fakes.failure(answer)).hasMessageContaining("no room");
    }

    private void order(Operation operation, FaultKind kind) {
        provider.faults().add(new FaultRule(operation, kind, new FaultRule.Times(1)));
    }

    private CompletableFuture<?> call(Operation operation) {
        return switch (operation) {
            case CREATE, BOOT -> Fakes.create(provider, "7");
            case DELETE -> provider.delete(new ExternalId("x"));
            case LIST -> provider.list();
            case UPLOAD -> images.upload(FakeImagesTest.upload("img", new byte[10], ""), sent -> {});
            case IMAGE_DELETE -> images.delete(new ExternalId("x"));
            case LIMITS -> throw new IllegalArgumentException("limits are no future");
        };
    }

    private static Fault expected(FaultKind kind) {
        return switch (kind) {
            case QUOTA -> Fault.QUOTA_EXCEEDED;
            case CAPACITY -> Fault.NO_CAPACITY;
            case RATE -> Fault.RATE_LIMITED;
            case UNAVAILABLE -> Fault.UNAVAILABLE;
            case UNAUTHORIZED -> Fault.UNAUTHORIZED;
            case NOT_FOUND -> Fault.NOT_FOUND;
            case INVALID -> Fault.INVALID_CONFIGURATION;
            case UNEXPECTED -> Fault.UNEXPECTED;
            case LOST_ANSWER, HANG -> Fault.UNCLEAR;
        };
    }
}
