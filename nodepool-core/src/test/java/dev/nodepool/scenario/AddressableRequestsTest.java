package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AddressableRequestsTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String FULL = "max-servers: 1";

    private final Scenario scenario = new Scenario();

    @Test
    @Behaviour("L93")
    void poolCountsTheRequestsThatItHasAllLabelsFor() {
        var figures = scenario.launcher(LaunchTest.config("", FULL)).figures;
        var served = scenario.ask("a");
        scenario.ask("b");
        scenario.ask("a", "elsewhere");
        scenario.passUntil(() -> scenario.state(served).equals("fulfilled"), LONG);
        scenario.pass(Duration.ofSeconds(2));

        assertThat(addressable(figures)).isEqualTo(2);

        scenario.use(served);
        scenario.pass(Duration.ofSeconds(10));
        assertThat(addressable(figures)).isEqualTo(1);
    }

    @Test
    void poolWithoutRequestsSaysSo() {
        var figures = scenario.launcher(LaunchTest.config("", FULL)).figures;
        scenario.pass(Duration.ofSeconds(5));

        assertThat(addressable(figures)).isZero();
    }

    @Test
    void labelsThatAReloadTakesAwayCountNoMore() {
        var running = scenario.launcher(LaunchTest.config("", "max-servers: 0"));
        scenario.ask("a", "elsewhere");
        scenario.pass(Duration.ofSeconds(2));
        assertThat(addressable(running.figures)).isZero();

        running.apply(LaunchTest.config("", "max-servers: 0")
                .replace("name: a,", "name: elsewhere,")
                .replace("{name: c}", "{name: c}, {name: elsewhere}")
                .replace("name: b,", "name: a,"));
        scenario.pass(Duration.ofSeconds(2));
        assertThat(addressable(running.figures)).isEqualTo(1);
    }

    private static long addressable(MetricRegistry figures) {
        return (Long) figures.getGauges()
                .get("nodepool.provider.fake-one.pool.main.addressable_requests")
                .getValue();
    }
}
