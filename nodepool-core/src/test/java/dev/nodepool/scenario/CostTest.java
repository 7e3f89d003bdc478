package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What serving costs ZooKeeper and the cloud, counted in calls. Without the heartbeats of the session. */
class CostTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Scenario scenario = new Scenario();

    private static String config(int minReady) {
        return """
                labels: [{name: a, min-ready: %d}]
                providers:
                  - name: fake-one
                    cloud: fake
                    fake-cloud: {instances: -1, cores: -1, ram: -1}
                    cloud-images: [{name: image, username: ci}]
                    pools: [{name: main, labels: [{name: a, cloud-image: image, min-ram: 8192}]}]
                """.formatted(minReady);
    }

    private void serveOne(String... labels) {
        var request = scenario.ask(labels);
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        scenario.use(request);
        scenario.passUntil(
                () -> scenario.nodes().isEmpty()
                        && scenario.names(Layout.REQUESTS).isEmpty(),
                LONG);
        scenario.pass(Duration.ofSeconds(5));
    }

    @Test
    void requestOfOneNodeCostsTenWritesAndFiveReads() {
        var launcher = scenario.launcher(config(0));
        serveOne("a");
        launcher.probe.forget();
        serveOne("a");
        assertThat(launcher.probe.writes()).hasSizeLessThanOrEqualTo(10);
        assertThat(launcher.probe.calls()).hasSizeLessThanOrEqualTo(15);
    }

    @Test
    void eachFurtherNodeOfARequestCostsSevenWritesAndFourReads() {
        var launcher = scenario.launcher(config(0));
        serveOne("a");
        launcher.probe.forget();
        serveOne("a", "a", "a");
        assertThat(launcher.probe.writes()).hasSizeLessThanOrEqualTo(24);
        assertThat(launcher.probe.calls()).hasSizeLessThanOrEqualTo(37);
    }

    @Test
    void machineCostsTwoCallsToTheCloudAndTheListingThatAllShare() {
        scenario.launcher(config(0));
        serveOne("a");
        var listed = scenario.cloud.calls("list");
        var since = scenario.time.instant();
        for (var i = 0; i < 20; i++) {
            scenario.use(scenario.ask("a"));
        }
        scenario.passUntil(
                () -> scenario.nodes().isEmpty()
                        && scenario.names(Layout.REQUESTS).isEmpty(),
                LONG);
        assertThat(scenario.cloud.calls("create")).isEqualTo(21);
        assertThat(scenario.cloud.calls("delete")).isEqualTo(21);
        assertThat((long) scenario.cloud.calls("list") - listed)
                .isLessThanOrEqualTo(
                        Duration.between(since, scenario.time.instant()).toSeconds() + 1);
    }

    private int callsInTenMinutes(Scenario.Running launcher) {
        launcher.probe.forget();
        scenario.pass(Duration.ofMinutes(10));
        return launcher.probe.calls().size();
    }

    @Test
    void readyNodesCostNothingHoweverManyRequestsThereWere() {
        var launcher = scenario.launcher(config(100));
        scenario.passUntil(() -> scenario.nodes().size() == 100, LONG);
        scenario.pass(Duration.ofMinutes(1));
        var fresh = callsInTenMinutes(launcher);
        assertThat(fresh).isLessThanOrEqualTo(80);
        for (var i = 0; i < 200; i++) {
            scenario.use(scenario.ask("a"));
        }
        scenario.passUntil(
                () -> scenario.names(Layout.REQUESTS).isEmpty()
                        && scenario.nodes().size() == 100,
                LONG);
        scenario.pass(Duration.ofMinutes(1));
        assertThat(callsInTenMinutes(launcher)).isLessThanOrEqualTo(fresh);
    }
}
