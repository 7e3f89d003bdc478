package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A configuration that changes while requests wait, launches go on and nodes are used. */
class ReloadTest extends ReloadBase {

    @Test
    void launchUnderWayEndsAsItBeganAndTheOldProviderOnlyThen() {
        var running = scenario.launcher(file(north(), south()));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        var registered = scenario.registered();
        running.apply(edit(file(north(), south()), "max-servers: 5", "max-servers: 6"));
        assertThat(scenario.registered()).isEqualTo(registered);
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(2);
        assertThat(scenario.cloud.closed("fake-north")).isZero();
        awaitState(request, "fulfilled");
        assertThat(scenario.cloud.calls("create")).isEqualTo(1);
        scenario.passUntil(() -> scenario.cloud.closed("fake-north") == 1, LONG);
        scenario.giveBack(scenario.accept(request));
        awaitNothingLeft();
        assertThat(scenario.cloud.callsAfterClose()).isZero();
    }

    @Test
    void waitingRequestIsServedWhenAReloadMakesRoom() {
        var tight = edit(file(north()), "max-servers: 5", "max-servers: 1");
        var running = scenario.launcher(tight);
        var first = scenario.ask("a");
        var second = scenario.ask("a");
        awaitState(first, "fulfilled");
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.state(second)).isEqualTo("requested");
        running.apply(file(north()));
        awaitState(second, "fulfilled");
    }

    @Test
    @Behaviour("L52")
    void waitingRequestFailsWhenAReloadLowersTheLimitBelowWhatItNeeds() {
        var running = scenario.launcher(file(north()));
        scenario.use(scenario.ask("a"));
        var holder = scenario.ask("a", "a", "a");
        awaitState(holder, "fulfilled");
        var waiting = scenario.ask("a", "a", "a");
        scenario.pass(Duration.ofSeconds(5));
        assertThat(scenario.state(waiting)).isEqualTo("requested");
        running.apply(edit(file(north()), "max-servers: 5", "max-servers: 2"));
        awaitState(waiting, "failed");
        assertThat(scenario.request(waiting).declinedBy())
                .containsExactlyElementsOf(scenario.registered().keySet());
    }

    @Test
    @Behaviour("L59")
    void registrationFollowsTheLabelsOfItsPool() {
        var running = scenario.launcher(file(north()));
        var id = scenario.registered().keySet().iterator().next();
        running.apply(file(provider("fake-north", "a", "c")));
        assertThat(scenario.registered()).isEqualTo(Map.of(id, List.of("a", "c")));
        var launcher = scenario.document(Layout.LAUNCHERS + "/" + id);
        assertThat(launcher.texts("supported_labels")).containsExactly("a", "c");
        scenario.use(scenario.ask("c"));
        running.apply(file(provider("fake-north", "c")));
        assertThat(scenario.registered()).isEqualTo(Map.of(id, List.of("c")));
    }

    @Test
    void poolsComeAndGo() {
        var running = scenario.launcher(file(north()));
        var id = scenario.registered().keySet().iterator().next();
        var second = "      - name: more\n        labels: [" + labels("b") + "]\n";
        running.apply(file(north() + second));
        assertThat(scenario.registered()).hasSize(2).containsKey(id);
        var request = scenario.ask("b");
        scenario.pass(Duration.ofSeconds(1));
        running.apply(file(north()));
        assertThat(scenario.registered()).containsOnlyKeys(id);
        assertThat(scenario.names(Layout.LAUNCHERS)).containsExactly(id);
        awaitState(request, "fulfilled");
        scenario.giveBack(scenario.accept(request));
        awaitNothingLeft();
        awaitState(scenario.ask("b"), "failed");
    }

    @Test
    void newProviderServesWhatNobodyCould() {
        var running = scenario.launcher(file(north()));
        running.apply(file(north(), south()));
        scenario.use(scenario.ask("b"));
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(1);
        assertThat(running.launcher.readiness().waitingFor()).isEmpty();
    }

    @Test
    @Behaviour("L57")
    void providerIsDisabledByMaxServersAndEnabledAgain() {
        var running = scenario.launcher(file(north()));
        var kept = scenario.ask("a");
        awaitState(kept, "fulfilled");
        running.apply(edit(file(north()), "max-servers: 5", "max-servers: 0"));
        var refused = scenario.ask("a");
        awaitState(refused, "failed");
        assertThat(scenario.nodes()).hasSize(1);
        scenario.giveBack(scenario.accept(kept));
        awaitNothingLeft();
        running.apply(file(north()));
        scenario.use(scenario.ask("a"));
    }

    @Test
    void minReadyFollowsFromTheNextRound() {
        var running = scenario.launcher(file(north()));
        running.apply(edit(file(north()), "{name: a}", "{name: a, min-ready: 2}"));
        scenario.passUntil(() -> scenario.nodes().size() == 2, LONG);
        running.apply(edit(file(north()), "{name: a}", "{name: a, min-ready: 0, max-ready-age: 30}"));
        awaitNothingLeft();
        running.apply(edit(file(north()), "{name: a}", "{name: a, min-ready: 1}"));
        scenario.passUntil(() -> scenario.nodes().size() == 1, LONG);
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(1);
    }

    @Test
    void holdAgeAndTenantLimitsFollow() {
        var running = scenario.launcher(file(north()));
        var tenant = Map.of("tenant_name", "t");
        var held = scenario.ask(tenant, "a");
        awaitState(held, "fulfilled");
        var node = scenario.accept(held).get(0);
        scenario.hold(node, scenario.node(node).doc());
        var limits = "tenant-resource-limits: [{tenant-name: t, max-servers: 1}]\n";
        running.apply(limits + file(north()));
        var second = scenario.ask(tenant, "a");
        scenario.pass(Duration.ofSeconds(60));
        assertThat(scenario.state(second)).isEqualTo("requested");
        running.apply("max-hold-age: 30\n" + limits + file(north()));
        awaitState(second, "fulfilled");
        assertThat(scenario.nodes()).noneMatch(n -> n.id().equals(node));
    }

    @Test
    void providerThatCanNotBeOpenedIsNamedAndTriedAgainWhileTheOthersWork() {
        scenario.cloud.breakOpening("fake-south", "no such project");
        var running = scenario.launcher(file(north()));
        running.apply(file(north(), south()));
        assertThat(running.launcher.readiness().failed()).containsExactly("fake-south: no such project");
        scenario.use(scenario.ask("a"));
        var request = scenario.ask("b");
        scenario.cloud.mendOpening("fake-south");
        awaitState(request, "failed");
        scenario.passUntil(() -> running.launcher.readiness().failed().isEmpty(), Duration.ofSeconds(70));
        scenario.use(scenario.ask("b"));
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(1);
    }

    @Test
    void settingsThatCanNotBeOpenedLeaveTheOldOnesInForce() {
        var running = scenario.launcher(file(north()));
        scenario.cloud.breakOpening("fake-north", "no such project");
        var changed = edit(file(north()), "max-servers: 5", "max-servers: 6");
        running.apply(changed);
        assertThat(running.launcher.readiness().failed()).containsExactly("fake-north: no such project");
        scenario.use(scenario.ask("a"));
        running.apply(file(north()));
        assertThat(running.launcher.readiness().failed()).isEmpty();
        running.apply(changed);
        scenario.cloud.mendOpening("fake-north");
        scenario.passUntil(() -> scenario.cloud.closed("fake-north") == 1, Duration.ofSeconds(70));
        scenario.use(scenario.ask("a"));
    }
}
