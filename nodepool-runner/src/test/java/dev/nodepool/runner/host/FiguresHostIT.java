package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.driver.openstack.fakecloud.FakeKeystone;
import dev.nodepool.driver.openstack.fakecloud.FakeOpenStack;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.runner.Program;
import dev.nodepool.testing.DocumentedFigures;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Launcher and builder live a life with a real statsd and Prometheus' own check. */
final class FiguresHostIT extends ZuulHostBase {

    /** A sweep comes once a minute, and a leak goes after several. */
    private static final Duration LIFE = Duration.ofMinutes(6);

    /** What the fake cloud of the driver has not, for whose calls go over no wire: these come from an OpenStack. */
    private static final Set<FigureName> OF_OPENSTACK =
            Set.of(FigureName.LEAKED, FigureName.DOWN_PORTS, FigureName.TASK);

    private static final Pattern WEB = Pattern.compile("Status server listens at (\\S+)");

    private String config(String labels) {
        Path home = directory.resolve("images");
        return """
                zookeeper-servers: [{host: 127.0.0.1, port: %d}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                images-dir: %s
                build-log-dir: %s
                labels: [%s, {name: other}]
                tenant-resource-limits: [{tenant-name: one, max-cores: 90, max-ram: 900000, max-servers: 20}]
                diskimages:
                  - {name: good, dib-cmd: '%%p/fake-image-create', elements: [vm], env-vars: {TMPDIR: %s}}
                  - {name: bad, dib-cmd: '%%p/fake-image-create', elements: [vm], env-vars: {TMPDIR: %s, FAKE_DIB_STATUS: '3'}}
                providers:
                  - name: fake-north
                    cloud: fake
                    fake-cloud:
                      state: %s
                      faults:
                        - {operation: create, fault: unexpected, times: 1}
                        - {operation: delete, fault: unexpected, times: 12}
                    diskimages: [{name: good}, {name: bad}]
                    pools:
                      - name: main
                        max-servers: 5
                        availability-zones: [az1]
                        labels: [{name: small, diskimage: good, min-ram: 1}]
                  - name: north
                    cloud: north
                    port-cleanup-interval: 1
                    cloud-images: [{name: debian}]
                    pools: [{name: main, labels: [{name: other, cloud-image: debian, min-ram: 1}]}]
                """.formatted(
                        zooKeeper.port(),
                        home,
                        home,
                        labels,
                        directory.resolve("tmp"),
                        directory.resolve("tmp"),
                        directory.resolve("cloud"));
    }

    @Test
    void everyDocumentedFigureArrivesAndNoOther() throws Exception {
        Path file = directory.resolve("nodepool.yaml");
        Files.writeString(file, config("{name: small, min-ready: 1}"));
        try (FakeOpenStack cloud = openStack();
                RealStatsd statsd = RealStatsd.start(directory);
                Program builder = Program.startJar(environment(statsd), "builder", "-f", "-c", file.toString());
                Program launcher = Program.startJar(environment(statsd), "launcher", "-f", "-c", file.toString())) {
            launcher.awaitOut("is registered", START);
            await().atMost(LIFE).until(() -> statsd.names("timers").contains("nodepool.image_update.good.fake-north"));
            try (HostProgram client = client("-n", "3", "--labels", "small", "--limit", "120")) {
                assertThat(client.waitFor(CLIENT)).as(client::output).isZero();
            }
            Files.writeString(file, config("{name: small, min-ready: lots}"));
            launcher.signal("HUP");
            launcher.awaitOut("can not be used", START);
            Files.writeString(file, config("{name: small, min-ready: 0}"));
            launcher.signal("HUP");

            Set<String> expected = expected();
            await().atMost(LIFE)
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(names(statsd)).containsAll(expected));
            DocumentedFigures documented = new DocumentedFigures();
            assertThat(names(statsd))
                    .allSatisfy(name ->
                            assertThat(documented.matching(name)).as(name).isNotEmpty());
            assertThat(cloud.neutron.ports()).isEmpty();
            assertThat(statsd.badLines()).isZero();
            assertThat(launcher.out()).doesNotContain("are lost");
            prometheusAccepts(launcher);
            launcher.signal("TERM");
            assertThat(launcher.waitFor(START)).isZero();
        }
    }

    private Map<String, String> environment(RealStatsd statsd) {
        Map<String, String> environment = new HashMap<>(statsd.environment());
        environment.put(
                "OS_CLIENT_CONFIG_FILE", directory.resolve("clouds.yaml").toString());
        return environment;
    }

    /** With a port that nobody uses; where it is stands beside the configuration. */
    private FakeOpenStack openStack() throws IOException {
        FakeOpenStack cloud = new FakeOpenStack(InstantSource.system());
        cloud.glance.image("debian");
        cloud.neutron.strayPort("compute:az1");
        Files.writeString(directory.resolve("clouds.yaml"), """
                clouds:
                  north:
                    region_name: one
                    auth: {auth_url: %s/identity, username: ci, password: %s, project_name: ci}
                """.formatted(cloud.url(), FakeKeystone.PASSWORD));
        return cloud;
    }

    private static Set<String> names(RealStatsd statsd) throws IOException {
        Set<String> all = new TreeSet<>();
        for (String kind : List.of("gauges", "counters", "timers")) {
            all.addAll(statsd.names(kind));
        }
        return all;
    }

    /** At least one name for each figure; and the kinds of figures that are not named here make the test fail. */
    private static Set<String> expected() throws IOException {
        String host = InetAddress.getLocalHost().getCanonicalHostName();
        Set<String> expected = new TreeSet<>();
        for (FigureName name : FigureName.values()) {
            String[] values = name.parts().stream()
                    .map(part -> switch (part) {
                        case "state", "result" -> "ready";
                        case "provider" -> OF_OPENSTACK.contains(name) ? "north" : "fake-north";
                        case "kind" -> "ports";
                        case "service" -> "compute";
                        case "method" -> "GET";
                        case "operation" -> "limits";
                        case "label" -> "small";
                        case "pool" -> "main";
                        case "tenant" -> "one";
                        case "limit" -> "cores";
                        case "az" -> "az1";
                        case "requestor" -> "NodePool:min-ready";
                        case "image" -> "good";
                        case "format" -> "qcow2";
                        case "fqdn" -> host;
                        default -> throw new AssertionError("nothing is known of <" + part + ">");
                    })
                    .toArray(String[]::new);
            expected.add(name.of(values).text());
        }
        expected.addAll(Arrays.asList(
                "nodepool.launch.error.unknown",
                "nodepool.dib_image_build.bad.status.rc",
                "nodepool.launcher." + host + ".jvm.memory.heap.used",
                "nodepool.builder." + host + ".jvm.threads.count"));
        return expected;
    }

    private void prometheusAccepts(Program launcher) throws Exception {
        String promtool = HostProgram.require("/usr/bin/promtool", "prometheus");
        Matcher web = WEB.matcher(launcher.out());
        assertThat(web.find()).isTrue();
        HttpResponse<String> page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(web.group(1) + "/metrics"))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(page.body())
                .contains("nodepool_launch_by_provider_seconds_count{provider=\"fake-north\",result=\"ready\"}");
        Path body = Files.writeString(directory.resolve("metrics"), page.body());
        Path told = directory.resolve("promtool");
        Process check = new ProcessBuilder(promtool, "check", "metrics")
                .redirectInput(body.toFile())
                .redirectErrorStream(true)
                .redirectOutput(told.toFile())
                .start();
        assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(told)).isEmpty();
        assertThat(check.exitValue()).isZero();
    }
}
