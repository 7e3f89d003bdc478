package dev.nodepool.drivers.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.config.ConfigNode;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.driver.config.Problems;
import dev.nodepool.testing.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class FakeDriverTest {

    private final Problems problems = new Problems(true);

    @Test
    void isFoundByItsName() {
        assertThat(ServiceLoader.load(ProviderDriver.class))
                .extracting(ProviderDriver::name)
                .contains("fake");
    }

    @Test
    void behavesLikePythonsFakeUnlessToldOtherwise() {
        var settings = parse(Map.of());

        assertThat(problems.found()).isEmpty();
        assertThat(settings.behaviour()).isEqualTo(FakeCloudSettings.DEFAULTS);
        assertThat(settings.images()).extracting(image -> image.name()).containsExactly("img");
        assertThat(settings).isEqualTo(parse(Map.of()));
    }

    @Test
    void readsHowTheCloudBehaves() {
        var settings = parse(Map.of(
                "boot-seconds",
                2.5,
                "delete-seconds",
                1,
                "instances",
                -1,
                "cores",
                8,
                "ram",
                16384,
                "address",
                "192.0.2.7",
                "state",
                "dir/cloud",
                "faults",
                List.of(
                        Map.of("operation", "boot", "fault", "lost-answer", "every", 5),
                        Map.of("operation", "image-delete", "fault", "hang", "chance", 0.02),
                        Map.of("operation", "limits", "fault", "rate", "times", 3, "delay-seconds", 0.5))));

        assertThat(problems.found()).isEmpty();
        var expected = new FakeCloudSettings(
                Duration.ofMillis(2500),
                Duration.ofSeconds(1),
                FakeCloudSettings.limits(-1, 8, 16384),
                List.of(
                        new FaultRule(Operation.BOOT, FaultKind.LOST_ANSWER, new FaultRule.Every(5)),
                        new FaultRule(Operation.IMAGE_DELETE, FaultKind.HANG, new FaultRule.Chance(0.02)),
                        new FaultRule(
                                Operation.LIMITS, FaultKind.RATE, new FaultRule.Times(3), Duration.ofMillis(500))),
                Optional.of("192.0.2.7"),
                Optional.of(Path.of("dir/cloud")));
        assertThat(settings.behaviour()).isEqualTo(expected);
        assertThat(expected.limits().byName()).doesNotContainKey("instances");
    }

    @Test
    void reportsEverythingThatIsWrong() {
        parse(Map.of(
                "boot-seconds", -1,
                "cores", -2,
                "faults",
                        List.of(
                                Map.of("operation", "explode", "fault", "quota"),
                                Map.of("operation", "list", "fault", "bad luck"),
                                Map.of("operation", "list", "fault", "rate", "every", 2, "times", 3),
                                Map.of("operation", "list", "fault", "rate", "chance", 2),
                                Map.of("operation", "list"))));

        assertThat(problems.found())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "fake-cloud.boot-seconds",
                        "fake-cloud.cores",
                        "fake-cloud.faults[0].operation",
                        "fake-cloud.faults[1].fault",
                        "fake-cloud.faults[2]",
                        "fake-cloud.faults[3].chance",
                        "fake-cloud.faults[4].fault");
    }

    @Test
    void refusesAStateFileInAPlaceThatCanNotBe() {
        var settings = Fakes.settings(FakeCloudSettings.DEFAULTS.withState(Path.of("/dev/null/cloud")));
        var time = new ManualTime();
        var context = new Fakes.Context("fake-one", time, time, Runnable::run);

        assertThatThrownBy(() -> new FakeDriver().open(settings, context)).isInstanceOf(DriverException.class);
    }

    private FakeSettings parse(Map<String, Object> fakeCloud) {
        var values = new HashMap<>(Fakes.SECTION);
        values.put("fake-cloud", fakeCloud);
        var section = ConfigSection.root(ConfigNode.of("nodepool.yaml", values), problems);
        section.requiredText("name");
        var settings = new FakeDriver().parse(section);
        section.reportUnread();
        return settings;
    }
}
