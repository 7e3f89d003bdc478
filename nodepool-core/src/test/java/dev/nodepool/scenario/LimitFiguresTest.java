package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of limits, by every launcher. */
class LimitFiguresTest {

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Scenario scenario = new Scenario();
    private Sent sent;

    @BeforeEach
    void sink() {
        sent = new Sent(scenario.time);
        scenario.sink = stats -> sent;
    }

    private static String tenants(String limits) {
        return new Clouds()
                .top("tenant-resource-limits: [" + limits + "]")
                .labels("a")
                .provider("one", "")
                .pool("main", "", "a")
                .yaml();
    }

    private static String pools(String first, String second) {
        return new Clouds()
                .labels("a")
                .provider("one", "")
                .pool("main", first, "a")
                .pool("more", second, "a")
                .yaml();
    }

    @ParameterizedTest
    @CsvSource({
        "max-cores, cores, 8",
        "max-servers, instances, 2",
        "max-ram, ram, 16384",
        "max-volumes, volumes, 2",
        "max-volume-gb, volume-gb, 40"
    })
    @Behaviour({"L73", "L74", "L75", "L76", "L77"})
    void limitOfATenantIsTold(String key, String name, long limit) {
        scenario.launcher(tenants("{tenant-name: t, " + key + ": " + limit + "}"));

        assertThat(sent.values("nodepool.tenant_limits.t." + name)).containsExactly(limit);
        for (var other : new String[] {"cores", "instances", "ram"}) {
            assertThat(sent.last("nodepool.tenant_limits.t." + other)).isEqualTo(other.equals(name) ? limit : NO_LIMIT);
        }
    }

    @Test
    void dotsAndColonsInATenantsNameAddNoLevel() {
        scenario.launcher(tenants("{tenant-name: 'a.b:c', max-cores: 5}"));

        assertThat(sent.last("nodepool.tenant_limits.a_b_c.cores")).isEqualTo(5);
    }

    @Test
    void limitsAreToldAgainOnlyWhenAReloadChangesThem() {
        var launcher = scenario.launcher(tenants("{tenant-name: t, max-cores: 8, max-volumes: 2}"));
        sent.forget();
        launcher.apply(
                tenants("{tenant-name: t, max-cores: 8, max-volumes: 2}").replace("{name: a}", "{name: a}, {name: b}"));
        assertThat(sent.values("nodepool.tenant_limits.t.cores")).isEmpty();

        launcher.apply(tenants("{tenant-name: t, max-cores: 9}"));
        assertThat(sent.values("nodepool.tenant_limits.t.cores")).containsExactly(9L);
        assertThat(sent.values("nodepool.tenant_limits.t.volumes")).containsExactly(NO_LIMIT);
        assertThat(sent.values("nodepool.tenant_limits.t.ram")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "max-servers: 3 | max-servers: 4 | 7",
                "max-servers: 3 | max-servers: -1 | 3",
                "max-servers: 3 | max-servers: 0 | 3",
                "max-servers: 3 | '' | 9223372036854775807"
            },
            delimiter = '|')
    void mostServersOfAProviderAreTheSumOverItsPools(String first, String second, long sum) {
        scenario.launcher(pools(first, second));

        assertThat(sent.values("nodepool.provider.one.max_servers")).containsExactly(sum);
    }

    @Test
    void everyLauncherTellsItsLimitsAndAReloadToldAgain() {
        scenario.launcher(pools("max-servers: 1", "max-servers: 1"));
        var second = new Sent(scenario.time);
        scenario.sink = stats -> second;
        var launcher = scenario.launcher(pools("max-servers: 1", "max-servers: 1"));
        assertThat(second.values("nodepool.provider.one.max_servers")).containsExactly(2L);

        launcher.apply(pools("max-servers: 1", "max-servers: 5"));
        scenario.pass(Duration.ofSeconds(1));
        assertThat(second.values("nodepool.provider.one.max_servers")).containsExactly(2L, 6L);
    }
}
