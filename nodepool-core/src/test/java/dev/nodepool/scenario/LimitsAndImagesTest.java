package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.drivers.fake.FaultKind;
import dev.nodepool.drivers.fake.FaultRule;
import dev.nodepool.drivers.fake.Operation;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.testing.LogCapture;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsAndImagesTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private static final String IMAGES = """
            labels: [{name: built}]
            diskimages: [{name: debian}]
            providers:
              - name: fake-one
                cloud: fake
                diskimages: [{name: debian}]
                pools:
                  - name: main
                    labels: [{name: built, diskimage: debian, min-ram: 8192}]
            """;

    private final Scenario scenario = new Scenario();

    @ParameterizedTest
    @ValueSource(strings = {"max-cores: 8", "max-servers: 2", "max-ram: 16384"})
    @Behaviour({"L03", "L04", "L05"})
    void thirdNodeWaitsAtEveryKindOfPoolLimit(String limit) {
        scenario.launcher(LaunchTest.config("", limit));
        waitsForTheThird();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cores: 8", "instances: 2", "ram: 16384"})
    @Behaviour({"L06", "L07", "L08"})
    void thirdNodeWaitsAtEveryKindOfCloudLimit(String limit) {
        scenario.launcher(LaunchTest.config(limit, ""));
        waitsForTheThird();
    }

    private void waitsForTheThird() {
        var first = scenario.ask("a");
        var second = scenario.ask("b");
        var third = scenario.ask("c");
        scenario.passUntil(() -> scenario.state(second).equals("fulfilled"), LONG);
        scenario.pass(Duration.ofSeconds(20));
        assertThat(scenario.state(third)).isEqualTo("requested");
        assertThat(scenario.machines()).hasSize(2);
        scenario.use(first);
        scenario.passUntil(() -> scenario.state(third).equals("fulfilled"), LONG);
        assertThat(scenario.cloud.mostInstances()).isEqualTo(2);
    }

    @Test
    void whyRequestsWaitIsNotWrittenAgainForEachThatIsServedBeforeThem() {
        try (var log = new LogCapture("dev.nodepool.internal.launcher")) {
            scenario.launcher(LaunchTest.config("", "max-servers: 1"));
            var requests = Stream.generate(() -> scenario.ask("a")).limit(20).toList();
            for (var request : requests) {
                scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
                scenario.use(request);
            }
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("is not taken"))
                    .hasSizeBetween(requests.size() - 1, 3 * requests.size());
        }
    }

    @Test
    @Behaviour("L12")
    void stockIsNotKeptWhereThereIsNoRoomAndAskedForOnlyNowAndThen() {
        var config = LaunchTest.config("instances: 1", "").replace("{name: b}", "{name: b, min-ready: 1}");
        scenario.launcher(config.replace("{name: a}", "{name: a, min-ready: 1}"));
        scenario.pass(Duration.ofSeconds(60));
        assertThat(scenario.machines()).hasSize(1);
        var asked = new HashSet<String>();
        for (var i = 0; i < 120; i++) {
            scenario.pass(Duration.ofSeconds(1));
            asked.addAll(scenario.names(Layout.REQUESTS));
        }
        assertThat(asked).hasSizeLessThan(6);
    }

    @Test
    @Behaviour("L21")
    void labelWithoutMinReadyIsLeftAlone() {
        scenario.launcher(LaunchTest.config("", ""));
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.names(Layout.REQUESTS)).isEmpty();
        assertThat(scenario.names(Layout.NODES)).isEmpty();
    }

    @Test
    void labelWhoseImageIsNotUploadedIsDeclined() {
        scenario.launcher(IMAGES);
        var request = scenario.ask("built");
        scenario.passUntil(() -> scenario.state(request).equals("failed"), LONG);
    }

    @Test
    void bootsTheNewestReadyUploadAndTheOneBeforeWhenThatIsDeleted() {
        var launcher = scenario.launcher(IMAGES);
        var old = upload(1000, "ready", "image-1");
        var newest = upload(2000, "ready", "image-2");
        upload(3000, "uploading", null);
        var request = scenario.ask("built");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        var node = scenario.node(scenario.request(request).nodes().get(0));
        assertThat(node.doc().fields())
                .containsEntry("image_id", newest)
                .containsEntry("username", "builder-user")
                .containsEntry("python_path", "/usr/bin/python3");
        scenario.await(scenario.user.delete(newest, -1));
        var next = scenario.ask("built");
        scenario.passUntil(() -> scenario.state(next).equals("fulfilled"), LONG);
        assertThat(scenario.node(scenario.request(next).nodes().get(0)).doc().text("image_id"))
                .contains(old);
        assertThat(launcher.stores.caughtUp()).isTrue();
    }

    private String upload(double time, String state, String externalId) {
        var parent = Layout.IMAGES + "/debian/builds/0123/providers/fake-one/images";
        scenario.await(scenario.user.ensure(parent));
        var fields = new HashMap<String, Object>(Map.of(
                "state", state,
                "state_time", time,
                "username", "builder-user",
                "python_path", "/usr/bin/python3",
                "format", "qcow2"));
        fields.put("external_id", externalId);
        return scenario.await(scenario.user.create(
                        parent + "/", Json.write(new Document(fields)), Mode.PERSISTENT_SEQUENTIAL))
                .path();
    }

    @Test
    void cloudThatIsAwayAtTheStartIsWaitedForAndNamed() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        assertThat(launcher.launcher.readiness().ready()).isTrue();
        scenario.cloud
                .cloud("fake-one")
                .faults()
                .add(new FaultRule(Operation.LIST, FaultKind.UNAVAILABLE, new FaultRule.Times(5)));
        var second = scenario.launcher(LaunchTest.config("", ""));
        assertThat(second.launcher.readiness().ready()).isFalse();
        assertThat(second.launcher.readiness().waitingFor()).anyMatch(text -> text.contains("fake-one"));
        scenario.passUntil(() -> second.launcher.readiness().ready(), LONG);
    }

    @Test
    void reasonOfAWaitingRequestCanBeAsked() {
        var launcher = scenario.launcher(LaunchTest.config("instances: 1", ""));
        var first = scenario.ask("a");
        var second = scenario.ask("b", "c");
        var third = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(first).equals("fulfilled"), LONG);
        assertThat(scenario.state(second)).isEqualTo("failed");
        var reasons = scenario.await(launcher.launcher.reasons(third));
        assertThat(reasons.values())
                .extracting(reason -> reason.text())
                .isEqualTo(List.of("the provider has 0 of 1 instances free, the request needs 1"));
    }
}
