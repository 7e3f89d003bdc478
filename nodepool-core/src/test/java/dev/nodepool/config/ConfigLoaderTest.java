package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigSection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigLoaderTest {

    private static final ProviderDriver BROKEN = new ProviderDriver() {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public ProviderSettings parse(ConfigSection section) {
            throw new IllegalStateException(
                    "password " + section.text("password").orElse(""));
        }

        @Override
        public Provider open(ProviderSettings settings, ProviderContext context) throws DriverException {
            throw new IllegalStateException();
        }
    };

    @Test
    void givesDefaults() {
        var config = Load.config("{}");

        assertThat(config.web()).isEmpty();
        assertThat(config.builder().buildLogDir()).hasToString("/var/log/nodepool/builds");
        assertThat(config.builder().buildLogRetention()).isEqualTo(7);
        assertThat(config.maxHoldAge()).isEmpty();
        assertThat(config.zooKeeper().sessionTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(Load.config("webapp: {}").web()).contains(new WebConfig(8005, "0.0.0.0"));
    }

    @Test
    void takesLimitsOfZeroAndLessAsNone() {
        var config = Load.config("max-hold-age: 0\nlabels: [{name: a, min-ready: -1, max-ready-age: -5}]\n");

        assertThat(config.maxHoldAge()).isEmpty();
        assertThat(config.labels().get("a")).isEqualTo(new LabelConfig("a", 0, Optional.empty()));
    }

    @Test
    void keepsAnyNamedAmountOfATenant() {
        var limits = Load.config(
                        "tenant-resource-limits: [{tenant-name: t, max-servers: 3, max-volume-gb: 9, gpus: 2}]")
                .tenantLimits();

        assertThat(Objects.requireNonNull(limits.get("t")).limits())
                .isEqualTo(new Amounts(Map.of("instances", 3L, "volume-gb", 9L, "gpus", 2L)));
    }

    @Test
    void takesThePoolsPriorityBeforeTheProviders() {
        var pools = Load.config("""
                providers:
                - {name: fake-p, priority: 7, pools: [{name: a}, {name: b, priority: 3}]}
                """).provider("fake-p").orElseThrow().pools();

        assertThat(pools).extracting(PoolConfig::priority).containsExactly(7, 3);
    }

    @Test
    void refusesAChrootThatIsNotOnTheLastServer() {
        assertThat(Load.errors("zookeeper-servers: [{host: a, chroot: /x}, {host: b}]"))
                .containsExactly("1:39: zookeeper-servers[0].chroot: one connection has one chroot: "
                        + "put it on the last server");
    }

    @Test
    void reportsADriverThatFailsWithoutShowingValues() {
        var problems = Load.problems(
                new ConfigLoader(List.of(BROKEN), Map.of()),
                "providers: [{name: p, driver: broken, password: s3cret}]",
                Strictness.STRICT);

        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("nodepool.yaml:1:13: providers[0]: driver \"broken\" can not read this: "
                        + "java.lang.IllegalStateException at ")
                .doesNotContain("s3cret");
    }

    @Test
    void refusesTwoDriversOfOneName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConfigLoader(List.of(new CloudDouble("x"), new CloudDouble("x")), Map.of()))
                .withMessageContaining("two drivers are named \"x\"");
    }
}
