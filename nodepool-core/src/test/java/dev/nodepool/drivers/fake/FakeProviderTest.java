package dev.nodepool.drivers.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Instance.Placement;
import dev.nodepool.driver.LabelState;
import dev.nodepool.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FakeProviderTest {

    private static final Duration BOOT = Duration.ofMillis(100);

    private final ManualTime time = new ManualTime();
    private final FakeProvider provider = Fakes.provider(FakeCloudSettings.DEFAULTS, time);

    @Test
    void tellsTheIdAtOnceAndTheInstanceAfterTheBoot() {
        var told = new ArrayList<ExternalId>();

        var answer = provider.create(Fakes.spec("7"), told::add);

        assertThat(told).hasSize(1);
        assertThat(answer).isNotDone();
        time.advance(BOOT.minusMillis(1));
        assertThat(answer).isNotDone();
        time.advance(Duration.ofMillis(1));
        assertThat(answer.join().id()).isEqualTo(told.get(0));
    }

    @Test
    void showsAnInstanceWithItsMarksFromItsFirstMoment() {
        Fakes.create(provider, "7");

        var instance = Fakes.instances(provider).get(0);

        assertThat(instance.usable()).isFalse();
        assertThat(instance.metadata()).containsEntry("nodepool_node_id", "7");
        assertThat(instance.amounts()).isEqualTo(Amounts.compute(1, 4, 8192));
        assertThat(instance.addresses()).isEqualTo(Addresses.NONE);
    }

    @Test
    void givesTheAddressesKeysAndPlaceOfPythonsFake() {
        var instance = launched("small", Optional.empty());

        assertThat(instance.usable()).isTrue();
        assertThat(instance.addresses()).isEqualTo(new Addresses("fake", "fake", "fake", null));
        assertThat(instance.hostKeys()).contains(List.of("ssh-rsa FAKEKEY"));
        assertThat(instance.placement())
                .isEqualTo(new Placement("fake", "region-1", "az1", "fake", "small-fake-one-7"));
        assertThat(instance.access()).isEmpty();
    }

    @Test
    void prefersIpv6InANetworkThatHasIt() {
        assertThat(launched("ipv6", Optional.empty()).addresses())
                .isEqualTo(new Addresses("fake_v6", "fake", "fake", "fake_v6"));
    }

    @Test
    void hasNoHostKeysWhereNobodyScansThem() {
        assertThat(launched("unscanned", Optional.empty()).hostKeys()).contains(List.of());
        assertThat(launched("windows", Optional.empty()).hostKeys()).contains(List.of());
    }

    @Test
    void usesTheZoneThatWasAskedFor() {
        assertThat(launched("small", Optional.of("az2")).placement().zone()).isEqualTo("az2");
        assertThat(provider.zones()).containsExactly("az1", "az2");
    }

    @Test
    void refusesAnUnknownZone() {
        var answer = provider.create(Fakes.spec("7", "small", Optional.of("az3")), id -> {});

        assertThat(Fakes.failure(answer)).hasMessageContaining("HTTP 400");
        assertThat(Fakes.fault(answer)).isEqualTo(Fault.UNEXPECTED);
        assertThat(Fakes.instances(provider)).isEmpty();
    }

    @Test
    void refusesToGoOverItsQuota() {
        for (int i = 0; i < 20; i++) {
            assertThat(Fakes.create(provider, "n" + i)).isNotDone();
        }

        var refused = Fakes.create(provider, "one more");

        assertThat(Fakes.fault(refused)).isEqualTo(Fault.QUOTA_EXCEEDED);
        assertThat(Fakes.failure(refused)).hasMessage("Quota exceeded for something");
        provider.delete(Fakes.instances(provider).get(3).id()).join();
        assertThat(Fakes.create(provider, "in its place")).isNotDone();
    }

    @Test
    void countsCoresAndRamToo() {
        var few = Fakes.provider(
                FakeCloudSettings.DEFAULTS.withLimits(FakeCloudSettings.limits(-1, 8, -1)), new ManualTime());
        Fakes.create(few, "1");
        Fakes.create(few, "2");

        assertThat(Fakes.fault(Fakes.create(few, "3"))).isEqualTo(Fault.QUOTA_EXCEEDED);
    }

    @Test
    void showsAnInstanceUnusableUntilItsSlowDeletionIsOver() {
        var slow = Fakes.provider(FakeCloudSettings.DEFAULTS.withTimes(Duration.ZERO, Duration.ofSeconds(5)), time);
        var instance = Fakes.create(slow, "7").join();

        var first = slow.delete(instance.id());
        time.advance(Duration.ofSeconds(2));
        var second = slow.delete(instance.id());

        assertThat(Fakes.instances(slow)).extracting(Instance::usable).containsExactly(false);
        assertThat(List.of(first, second)).noneMatch(answer -> answer.isDone());
        time.advance(Duration.ofSeconds(3));
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(Fakes.instances(slow)).isEmpty();
    }

    @Test
    void failsACreationWhoseInstanceIsDeletedMeanwhile() {
        var answer = Fakes.create(provider, "7");
        provider.delete(Fakes.instances(provider).get(0).id()).join();

        time.advance(BOOT);

        assertThat(Fakes.fault(answer)).isEqualTo(Fault.NOT_FOUND);
    }

    @Test
    void leavesTheInstanceOfACancelledCreationToTheCaller() {
        var answer = Fakes.create(provider, "7");

        answer.cancel(false);

        assertThat(time.waiting()).isZero();
        assertThat(Fakes.instances(provider)).hasSize(1);
    }

    @Test
    void tellsLimitsAndNeeds() throws DriverException {
        assertThat(provider.limits().byName())
                .containsEntry("instances", 20L)
                .containsEntry("cores", 100L)
                .containsEntry("ram", 1_000_000L);
        assertThat(provider.needs("main", "small")).isEqualTo(Amounts.compute(1, 4, 8192));
        assertThat(provider.needs("main", "volume").byName())
                .containsEntry("volumes", 1L)
                .containsEntry("volume-gb", 50L);
        assertThatThrownBy(() -> provider.needs("main", "none")).isInstanceOf(DriverException.class);
    }

    @Test
    void callsALabelWithoutFlavorBroken() throws DriverException {
        assertThat(provider.labelState("main", "small")).isEqualTo(LabelState.READY);
        assertThat(provider.labelState("main", "windows")).isEqualTo(LabelState.READY);
        assertThat(provider.labelState("main", "huge").kind()).isEqualTo(LabelState.Kind.BROKEN);
        assertThat(Fakes.fault(provider.create(Fakes.spec("7", "huge", Optional.empty()), id -> {})))
                .isEqualTo(Fault.INVALID_CONFIGURATION);
    }

    @Test
    void tellsThoseWhoWaitThatItIsClosed() {
        var waiting = Fakes.create(provider, "7");

        provider.close();

        assertThat(Fakes.fault(waiting)).isEqualTo(Fault.UNAVAILABLE);
        assertThat(Fakes.fault(provider.list())).isEqualTo(Fault.UNAVAILABLE);
        assertThat(time.waiting()).isZero();
    }

    private Instance launched(String label, Optional<String> zone) {
        var answer = provider.create(Fakes.spec("7", label, zone), id -> {});
        time.advance(BOOT);
        return answer.join();
    }
}
