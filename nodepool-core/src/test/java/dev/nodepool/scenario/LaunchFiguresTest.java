package dev.nodepool.scenario;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.drivers.fake.FaultKind;
import dev.nodepool.drivers.fake.FaultRule;
import dev.nodepool.drivers.fake.Operation;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.testing.DocumentedFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of launches, and under which names. */
class LaunchFiguresTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Scenario scenario = new Scenario();
    private Sent sent;

    @BeforeEach
    void sink() {
        sent = new Sent(scenario.time);
        scenario.sink = stats -> sent;
    }

    private void fault(Operation operation, FaultKind kind, int times) {
        scenario.cloud.cloud("fake-one").faults().add(new FaultRule(operation, kind, new FaultRule.Times(times)));
    }

    private String ended(String request, String state) {
        scenario.passUntil(() -> scenario.state(request).equals(state), LONG);
        return request;
    }

    /** Number of ends by result. */
    private Map<String, Long> results() {
        return sent.ofLaunchers().stream()
                .map(Sent.Figure::name)
                .filter(name -> name.matches("nodepool\\.launch\\.(ready|error\\.\\w+)"))
                .collect(groupingBy(name -> name.substring("nodepool.launch.".length()), counting()));
    }

    @Test
    void successIsToldForAllWhomItConcernsInMilliseconds() {
        scenario.launcher(LaunchTest.config("boot-seconds: 3", ""));
        var request = ended(scenario.ask(Map.of("requestor", "zuul.example.org:1"), "a"), "fulfilled");
        var az = scenario.node(scenario.request(request).nodes().get(0)).az();

        for (var name : List.of(
                "nodepool.launch.ready",
                "nodepool.launch.provider.fake-one.ready",
                "nodepool.launch.provider.fake-one." + az + ".ready",
                "nodepool.launch.requestor.zuul_example_org_1.ready",
                "nodepool.launch.image.image.ready")) {
            assertThat(sent.values(name)).as(name).hasSize(1);
            assertThat(sent.last(name)).as(name).isBetween(3_000L, 3_200L);
        }
    }

    @Test
    void stockIsToldUnderTheNameOfMinReady() {
        scenario.launcher(LaunchTest.config("", "").replace("{name: a}", "{name: a, min-ready: 1}"));
        scenario.pass(Duration.ofSeconds(5));

        assertThat(sent.values("nodepool.launch.requestor.NodePool_min-ready.ready"))
                .hasSize(1);
    }

    @Test
    void withoutARequestorThereIsNoFigureOfOne() {
        scenario.launcher(LaunchTest.config("", ""));
        var nobody = new HashMap<String, Object>();
        nobody.put("requestor", null);
        ended(scenario.ask(nobody, "a"), "fulfilled");

        assertThat(sent.values("nodepool.launch.ready")).hasSize(1);
        assertThat(sent.ofLaunchers()).noneMatch(figure -> figure.name().contains("requestor"));
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE, UNEXPECTED, error.unknown",
        "CREATE, HANG, error.servercreatetimeout",
        "BOOT, UNEXPECTED, error.status",
        "BOOT, HANG, error.servercreatetimeout",
        "CREATE, INVALID, error.unknown",
        "CREATE, CAPACITY, error.capacity"
    })
    void failureIsToldByItsReasonOncePerAttempt(Operation operation, FaultKind kind, String result) {
        scenario.launcher(LaunchTest.config("", ""));
        fault(operation, kind, 2);
        ended(scenario.ask("a"), "failed");

        assertThat(results()).containsExactly(Map.entry(result, kind == FaultKind.INVALID ? 1L : 2L));
    }

    @Test
    void timeOfLaterAttemptsHasThatOfEarlierOnesInIt() {
        scenario.launcher(LaunchTest.config("boot-seconds: 1000", ""));
        ended(scenario.ask("a"), "failed");

        var times = sent.values("nodepool.launch.error.servercreatetimeout");
        assertThat(times).hasSize(2);
        assertThat(times.get(0)).isBetween(60_000L, 60_500L);
        assertThat(times.get(1)).isBetween(120_000L, 125_000L);
    }

    @Test
    void failuresInAZoneCountForThatZone() {
        scenario.launcher(LaunchTest.config("", ""));
        fault(Operation.CREATE, FaultKind.CAPACITY, 1);
        var request = ended(scenario.ask("a"), "fulfilled");
        var az = scenario.node(scenario.request(request).nodes().get(0)).az();
        var full = "az1".equals(az) ? "az2" : "az1";

        assertThat(sent.values("nodepool.launch.provider.fake-one." + full + ".error.capacity"))
                .hasSize(1);
        assertThat(sent.values("nodepool.launch.provider.fake-one." + az + ".ready"))
                .hasSize(1);
    }

    @Test
    @Behaviour("L89")
    void everyRefusalOfTheCloudIsCountedThoughItsQuotaIsIgnored() {
        scenario.launcher(LaunchTest.config("", "ignore-provider-quota: true"));
        fault(Operation.CREATE, FaultKind.QUOTA, 3);
        ended(scenario.ask("a"), "fulfilled");

        assertThat(results()).containsOnly(Map.entry("error.quota", 3L), Map.entry("ready", 1L));
        assertThat(sent.values("nodepool.launch.provider.fake-one.error.quota")).hasSize(3);
        assertThat(sent.values("nodepool.launch.requestor.zuul.error.quota")).hasSize(3);
    }

    @Test
    void beingAskedToWaitIsNoFailure() {
        scenario.launcher(LaunchTest.config("", ""));
        fault(Operation.CREATE, FaultKind.RATE, 3);
        ended(scenario.ask("a"), "fulfilled");

        assertThat(results()).containsOnly(Map.entry("ready", 1L));
    }

    @Test
    void sessionThatIsLostInALaunchIsToldAsSuch() {
        var launcher = scenario.launcher(LaunchTest.config("boot-seconds: 4", ""));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        scenario.server.expire(launcher.tree);
        ended(request, "fulfilled");

        assertThat(results()).containsOnly(Map.entry("error.zksession", 1L), Map.entry("ready", 1L));
    }

    @Test
    void whatCanNotBeDeletedForTheNextAttemptIsToldAsSuch() {
        scenario.launcher(LaunchTest.config("", ""));
        fault(Operation.BOOT, FaultKind.UNEXPECTED, 1);
        fault(Operation.DELETE, FaultKind.UNEXPECTED, 1_000);
        ended(scenario.ask("a"), "failed");

        assertThat(results()).containsOnly(Map.entry("error.status", 1L), Map.entry("error.serverdeletetimeout", 1L));
    }

    @Test
    void launchThatAStopEndsIsNoFailure() {
        var launcher = scenario.launcher(LaunchTest.config("boot-seconds: 30", ""));
        scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        launcher.stop(Duration.ZERO);

        assertThat(results()).isEmpty();
    }

    @Test
    void machineThatCanNotBeScannedIsToldAsSuch() {
        scenario.launcher(LaunchTest.config("address: 192.0.2.7", ""));
        scenario.scans.failNext(1);
        ended(scenario.ask("a"), "fulfilled");

        assertThat(results()).containsOnly(Map.entry("error.keyscan", 1L), Map.entry("ready", 1L));
    }

    @Test
    void diskImageThatIsDeletedAtTheLastMomentIsToldAsSuch() {
        var upload = upload();
        var launcher = scenario.launcher(LaunchTest.config("", "")
                .replace("cloud-image: image", "diskimage: debian")
                .replace("providers:", "diskimages: [{name: debian}]\nproviders:")
                .replace("launch-retries: 2", "launch-retries: 2\n    diskimages: [{name: debian}]"));
        launcher.probe.onPoint(point -> {
            if (point.before() && point.call().contains("multi") && !upload.isEmpty()) {
                scenario.user.delete(upload.remove(0), -1);
            }
        });
        ended(scenario.ask("a"), "failed");

        assertThat(sent.values("nodepool.launch.image.debian.error.nodepool")).containsExactly(0L);
        assertThat(results()).containsOnly(Map.entry("error.nodepool", 1L));
    }

    private List<String> upload() {
        var parent = Layout.IMAGES + "/debian/builds/0123/providers/fake-one/images";
        scenario.await(scenario.user.ensure(parent));
        var fields =
                Map.<String, Object>of("state", "ready", "state_time", 1000, "format", "qcow2", "external_id", "image");
        var path = scenario.await(scenario.user.create(
                        parent + "/", Json.write(new Document(fields)), Mode.PERSISTENT_SEQUENTIAL))
                .path();
        return new ArrayList<>(List.of(path));
    }

    /** Everything that launchers tell, not only of launches. */
    @Test
    void everythingThatIsSentIsDocumented(@TempDir Path directory) throws IOException {
        var file = directory.resolve("nodepool.yaml");
        var config =
                LaunchTest.config("", "max-servers: 5") + "tenant-resource-limits: [{tenant-name: t, max-cores: 8}]\n";
        Files.writeString(file, config);
        var launcher = scenario.launcher(config);
        launcher.follow(file);
        fault(Operation.BOOT, FaultKind.UNEXPECTED, 1);
        scenario.use(scenario.ask("a", "b"));
        for (var text : List.of("nonsense", config.replace("max-servers: 5", "max-servers: 6"))) {
            Files.writeString(file, text);
            scenario.pass(Duration.ofSeconds(30));
        }
        scenario.pass(Duration.ofMinutes(2));

        var documented = new DocumentedFigures();
        assertThat(sent.names())
                .hasSizeGreaterThan(40)
                .allSatisfy(
                        name -> assertThat(documented.matching(name)).as(name).isNotEmpty());
        assertThat(sent.names()).contains("nodepool.config.accepted", "nodepool.config.refused");
    }
}
