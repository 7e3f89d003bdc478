package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Amounts;
import dev.nodepool.drivers.fake.FaultKind;
import dev.nodepool.drivers.fake.FaultRule;
import dev.nodepool.drivers.fake.Operation;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of pools, clouds and tenants. */
class QuotaRowsTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Scenario scenario = new Scenario();

    private static Clouds volumes(String cloud, String pool) {
        return new Clouds()
                .labels("a")
                .provider("one", cloud)
                .pool("main", pool, "a, boot-from-volume: true, volume-size: 20");
    }

    private String fulfilled(String request) {
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        return request;
    }

    private Reason.Code reason(Scenario.Running launcher, String request) {
        var reasons = scenario.await(launcher.launcher.reasons(request)).values();
        assertThat(reasons).hasSize(1);
        return reasons.iterator().next().code();
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-volumes: 2", "max-volume-gb: 40"})
    @Behaviour({"L71", "L72"})
    void thirdNodeWaitsAtThePoolsLimitOfVolumes(String limit) {
        waitsForTheThird(scenario.launcher(volumes("", limit).yaml()), Reason.Code.AT_POOL_LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"volumes, 2", "volume-gb, 40"})
    @Behaviour({"L79", "L80"})
    void thirdNodeWaitsAtTheCloudsLimitOfVolumes(String name, int limit) {
        scenario.cloud.limit("one", Amounts.of(name, limit));
        waitsForTheThird(scenario.launcher(volumes("", "").yaml()), Reason.Code.AT_PROVIDER_LIMIT);
    }

    private void waitsForTheThird(Scenario.Running launcher, Reason.Code why) {
        var first = fulfilled(scenario.ask("a"));
        fulfilled(scenario.ask("a"));
        var third = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(20));
        assertThat(scenario.state(third)).isEqualTo("requested");
        assertThat(scenario.machines()).hasSize(2);
        assertThat(reason(launcher, third)).isEqualTo(why);
        scenario.use(first);
        fulfilled(third);
        assertThat(scenario.cloud.mostInstances()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"max-servers, 2", "max-cores, 8", "max-ram, 16384", "max-volumes, 2", "max-volume-gb, 40"})
    @Behaviour({"L73", "L74", "L75", "L76", "L77"})
    void tenantAtItsLimitWaitsWhileAnotherIsServed(String name, int limit) {
        var launcher = scenario.launcher(volumes("", "")
                .top("tenant-resource-limits: [{tenant-name: t, " + name + ": " + limit + "}]")
                .yaml());
        var first = fulfilled(scenario.ask(Map.of("tenant_name", "t"), "a", "a"));
        var second = scenario.ask(Map.of("tenant_name", "t"), "a");
        var other = scenario.ask(Map.of("tenant_name", "u"), "a");
        scenario.passUntil(() -> scenario.state(other).equals("fulfilled"), Duration.ofSeconds(2));
        scenario.pass(Duration.ofSeconds(20));
        assertThat(scenario.state(second)).isEqualTo("requested");
        assertThat(scenario.request(second).declinedBy()).isEmpty();
        assertThat(reason(launcher, second)).isEqualTo(Reason.Code.AT_TENANT_LIMIT);
        scenario.use(first);
        fulfilled(second);
    }

    @Test
    @Behaviour("L78")
    void tenantAtItsLimitWaitsThoughReadyNodesCouldServeIt() {
        scenario.launcher(new Clouds()
                .top("tenant-resource-limits: [{tenant-name: t, max-servers: 1}]")
                .label("name: a, min-ready: 2")
                .provider("one", "")
                .pool("main", "", "a")
                .yaml());
        scenario.passUntil(() -> scenario.machines().size() == 2, LONG);
        var first = fulfilled(scenario.ask(Map.of("tenant_name", "t"), "a"));
        var second = scenario.ask(Map.of("tenant_name", "t"), "a");
        scenario.pass(Duration.ofSeconds(20));
        assertThat(scenario.state(second)).isEqualTo("requested");
        fulfilled(scenario.ask(Map.of("tenant_name", "u"), "a"));
        scenario.use(first);
        fulfilled(second);
    }

    @Test
    @Behaviour("L65")
    void requestThatTheCloudCanNeverServeFails() {
        scenario.launcher(new Clouds()
                .labels("a")
                .provider("one", "instances: 0")
                .pool("main", "ignore-provider-quota: false", "a")
                .yaml());
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("failed"), LONG);
        assertThat(scenario.cloud.calls("create")).isZero();
    }

    @Test
    @Behaviour("L66")
    void ignoredQuotaOfTheCloudLeavesThePoolsOwnLimits() {
        var pool = "ignore-provider-quota: true; max-servers: 1";
        scenario.cloud.limit("one", Amounts.of(Amounts.CORES, 0));
        scenario.launcher(new Clouds()
                .labels("a")
                .provider("one", "")
                .pool("main", pool, "a")
                .yaml());
        var first = fulfilled(scenario.ask("a"));
        var second = scenario.ask("a");
        var never = scenario.ask("a", "a");
        scenario.passUntil(() -> scenario.state(never).equals("failed"), LONG);
        scenario.pass(Duration.ofSeconds(20));
        assertThat(scenario.state(second)).isEqualTo("requested");
        scenario.use(first);
        fulfilled(second);
    }

    @Test
    @Behaviour("L89")
    void cloudThatRefusesThoughItsQuotaIsIgnoredIsTriedUntilItGives() {
        scenario.launcher(new Clouds()
                .labels("a")
                .provider("one", "")
                .pool("main", "ignore-provider-quota: true", "a")
                .yaml());
        scenario.cloud
                .cloud("one")
                .faults()
                .add(new FaultRule(Operation.CREATE, FaultKind.QUOTA, new FaultRule.Times(3)));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.request(request).declinedBy()).isEmpty();
        fulfilled(request);
        assertThat(scenario.cloud.calls("create")).isEqualTo(4);
    }

    @Test
    @Behaviour("L61")
    void machineThatFailsForQuotaPausesTheRequestAndTheLimitsAreAskedAgain() {
        scenario.launcher(LaunchTest.config("", ""));
        var asked = scenario.cloud.calls("limits");
        scenario.cloud
                .cloud("fake-one")
                .faults()
                .add(new FaultRule(Operation.BOOT, FaultKind.QUOTA, new FaultRule.Times(1)));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofMillis(700));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.request(request).declinedBy()).isEmpty();
        assertThat(scenario.cloud.calls("limits")).isEqualTo(asked + 1);
        fulfilled(request);
        scenario.passUntil(
                () -> scenario.machines().size() == 1 && scenario.nodes().size() == 1, LONG);
    }

    @Test
    @Behaviour("L81")
    void poolAtItsQuotaStillDeclinesWhatItDoesNotHave() {
        scenario.launcher(LaunchTest.config("instances: 1", ""));
        fulfilled(scenario.ask("a"));
        var waiting = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        var unknown = scenario.ask("zzz");
        scenario.passUntil(() -> scenario.state(unknown).equals("failed"), Duration.ofSeconds(2));
        assertThat(scenario.state(waiting)).isEqualTo("requested");
    }

    @Test
    @Behaviour("L90")
    void requestsThatWaitTogetherAreServedInOrderAsQuotaComesBack() {
        scenario.launcher(LaunchTest.config("instances: 1", ""));
        var running = fulfilled(scenario.ask("a"));
        var first = scenario.ask("a");
        var second = scenario.ask("b");
        scenario.use(running);
        fulfilled(first);
        assertThat(scenario.state(second)).isEqualTo("requested");
        scenario.use(first);
        fulfilled(second);
    }

    @Test
    @Behaviour("L58")
    void providerFullOfUnusedNodesOfAnotherLabelMakesRoom() {
        scenario.launcher(LaunchTest.config("instances: 2", ""));
        scenario.stock("a", "a");
        var oldest = scenario.nodes().get(0).id();
        var request = scenario.ask("b");
        fulfilled(request);
        assertThat(scenario.nodes()).hasSize(2).noneMatch(node -> node.id().equals(oldest));
    }

    @Test
    @Behaviour("L64")
    void requestThatWaitsIsDeclinedWhenItsLabelGoesAndOthersGoOn() {
        var launcher = scenario.launcher(LaunchTest.config("instances: 1", ""));
        var running = fulfilled(scenario.ask("a"));
        var waiting = scenario.ask("b");
        scenario.pass(Duration.ofSeconds(2));
        launcher.apply(LaunchTest.config("instances: 1", "")
                .replace("          - {name: b, cloud-image: image, min-ram: 8192}\n", ""));
        scenario.passUntil(() -> scenario.state(waiting).equals("failed"), Duration.ofSeconds(2));
        scenario.use(running);
        fulfilled(scenario.ask("a"));
    }
}
