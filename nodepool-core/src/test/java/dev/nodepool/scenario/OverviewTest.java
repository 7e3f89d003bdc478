package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.ImagePaths;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.NodeView;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Overview.PoolView;
import dev.nodepool.view.Overview.ProviderView;
import dev.nodepool.view.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What readers are shown of how things stand. */
class OverviewTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Scenario scenario = new Scenario();

    private Overview overview(Scenario.Running launcher) {
        scenario.await(launcher.launcher.overview());
        scenario.pass(Duration.ofMillis(100));
        return scenario.await(launcher.launcher.overview()).orElseThrow();
    }

    @Test
    void tellsOfNodesRequestsLabelsAndProviders() {
        var launcher = scenario.launcher(LaunchTest.config("instances: 3, cores: 100", "max-servers: 2"));
        var served = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(served).equals("fulfilled"), LONG);
        var waiting = scenario.ask("b", "c");
        scenario.pass(Duration.ofSeconds(1));

        var all = overview(launcher);
        assertThat(all.upToDate()).isTrue();
        assertThat(all.nodes()).extracting(NodeView::state).containsExactly("ready");
        assertThat(all.requests()).extracting(NodeRequest::id).containsExactly(served, waiting);
        assertThat(all.labels()).containsExactly("a", "b", "c");
        ProviderView provider = all.providers().get(0);
        assertThat(provider.name()).isEqualTo("fake-one");
        assertThat(provider.trouble()).isNull();
        assertThat(provider.used()).containsEntry("instances", 1L);
        assertThat(provider.limits()).containsEntry("instances", 3L).containsEntry("cores", 100L);
        PoolView pool = provider.pools().get(0);
        assertThat(pool.labels()).containsExactly("a", "b", "c");
        assertThat(pool.used()).containsEntry("instances", 1L);
        assertThat(pool.limits()).isEqualTo(Map.of("instances", 2L));
        assertThat(all.reasons()).containsOnlyKeys(waiting);
        assertThat(all.reasons().get(waiting)).containsOnlyKeys(pool.launcherId());
        assertThat(all.reasons().get(waiting).get(pool.launcherId()).code()).isEqualTo(Reason.Code.AT_POOL_LIMIT);
    }

    @Test
    void tellsOfImagesWhoeverMadeThem() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        scenario.await(scenario.user.ensure(ImagePaths.image("debian")));
        var first = overview(launcher);
        assertThat(first.images()).extracting(ImageView::name).containsExactly("debian");
        assertThat(first.images().get(0).requested()).isEmpty();
        scenario.await(scenario.user.create(ImagePaths.request("debian"), new byte[0], Mode.PERSISTENT));
        scenario.await(scenario.user.ensure(ImagePaths.builds("debian")));
        scenario.await(scenario.user.create(
                ImagePaths.build("debian", "0000000001"),
                "{\"state\": \"building\", \"state_time\": 1, \"formats\": \"qcow2\"}".getBytes(StandardCharsets.UTF_8),
                Mode.PERSISTENT));
        var image = overview(launcher).images().get(0);
        assertThat(image.requested()).isPresent();
        assertThat(image.builds()).extracting(ImageView.Build::state).containsExactly("building");
    }

    @Test
    void isEmptyUntilEverythingIsKnownAndGoesOnWithWhatWasKnownWithoutZooKeeper() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        assertThat(scenario.await(launcher.launcher.overview()))
                .as("the first call begins to follow the images")
                .isEmpty();
        scenario.ask("a");
        assertThat(overview(launcher).requests()).hasSize(1);
        scenario.server.expire(launcher.tree);
        var during = scenario.await(launcher.launcher.overview()).orElseThrow();
        assertThat(during.requests()).hasSize(1);
        scenario.passUntil(() -> overview(launcher).upToDate(), LONG);
    }

    @Test
    void asksZooKeeperForNothingMore() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        overview(launcher);
        scenario.pass(Duration.ofMinutes(2));
        var before = launcher.probe.calls();
        for (var i = 0; i < 50; i++) {
            scenario.await(launcher.launcher.overview());
        }
        assertThat(launcher.probe.calls()).isEqualTo(before);
    }

    @Test
    void aPoolThatIsOffOrAProviderInTroubleSaysSo() {
        var launcher = scenario.launcher("providers: [{name: fake-one, cloud: fake,"
                + " fake-cloud: {faults: [{operation: limits, fault: unavailable, times: 1000}]}, pools: []}]\n");
        scenario.pass(Duration.ofSeconds(1));
        assertThat(overview(launcher).providers()).singleElement().satisfies(provider -> {
            assertThat(provider.trouble()).contains("does not answer");
            assertThat(provider.limits()).isEmpty();
            assertThat(provider.pools()).isEqualTo(List.of());
        });
    }
}
