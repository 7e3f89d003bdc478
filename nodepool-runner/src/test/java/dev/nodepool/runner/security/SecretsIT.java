package dev.nodepool.runner.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.runner.Program;
import dev.nodepool.testing.Proof;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Marked secrets are planted wherever secrets are read from; then launcher, builder and command run with their most talkative
 * logs, and everything that they say, serve or store is searched for the marks.
 */
final class SecretsIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String MARK = "PlantedSecret";
    private static final Pattern LISTENS = Pattern.compile("Status server listens at (http://127\\.0\\.0\\.1:\\d+)");

    @TempDir
    private Path directory;

    private EmbeddedZooKeeper zooKeeper;
    private Tree tree;
    private final Map<String, String> said = new LinkedHashMap<>();

    @BeforeEach
    void startZooKeeper() {
        zooKeeper = EmbeddedZooKeeper.start();
        tree = CuratorTree.open(ZooKeeperConfig.of(zooKeeper.connectString()));
        await().atMost(LIMIT).until(() -> tree.session().connected());
    }

    @AfterEach
    void stopZooKeeper() {
        tree.close();
        zooKeeper.close();
    }

    private Path config() throws IOException {
        return Files.writeString(directory.resolve("nodepool.yaml"), """
                zookeeper-servers: [{host: 127.0.0.1, port: %s}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                images-dir: %s
                build-log-dir: %s
                labels: [{name: small, min-ready: 1}, {name: far}]
                diskimages:
                  - name: img
                    dib-cmd: '%%p/fake-image-create'
                    elements: [vm]
                    env-vars: {TMPDIR: %s, REG_PASSWORD: PlantedSecretInEnvVars, OTHER: '%%(PLANTED)'}
                providers:
                  - name: fake-one
                    cloud: fake
                    diskimages: [{name: img}]
                    pools: [{name: main, labels: [{name: small, diskimage: img, min-ram: 1}]}]
                    fake-cloud: {faults: [{operation: create, fault: unexpected, times: 1}]}
                  - name: far-one
                    driver: openstack
                    cloud: far
                    cloud-images: [{name: image}]
                    diskimages: [{name: img}]
                    pools: [{name: main, labels: [{name: far, cloud-image: image, min-ram: 1}]}]
                """.formatted(
                        zooKeeper.connectString().split(":")[1],
                        directory.resolve("images"),
                        directory.resolve("logs"),
                        directory.resolve("tmp")));
    }

    private List<String> options() throws IOException {
        var secure = Files.writeString(directory.resolve("secure.conf"), """
                diskimages: [{name: img, env-vars: {TOKEN: PlantedSecretInSecureConf}}]
                """);
        return List.of("-c", config().toString(), "-s", secure.toString());
    }

    private Map<String, String> environment() throws IOException {
        var clouds = Files.writeString(directory.resolve("clouds.yaml"), """
                clouds:
                  far:
                    auth: {auth_url: 'http://127.0.0.1:1/v3', username: u, password: PlantedSecretInClouds,
                      project_name: p, user_domain_name: d, project_domain_name: d}
                """);
        return Map.of("OS_CLIENT_CONFIG_FILE", clouds.toString(), "PLANTED", "PlantedSecretInEnvironment");
    }

    private Program start(String... args) throws IOException {
        var all = new ArrayList<>(List.of(args));
        all.addAll(options());
        return Program.startJar(environment(), all.toArray(String[]::new));
    }

    @Test
    void noPlantedSecretIsEverShown() throws Exception {
        try (Program builder = start("builder", "-d")) {
            try (Program launcher = start("launcher", "-d")) {
                launcher.awaitOut("is ready at", LIMIT);
                launcher.awaitOut("far-one", LIMIT);
                builder.awaitOut("far-one", LIMIT);
                var listens = LISTENS.matcher(launcher.out());
                assertThat(listens.find()).isTrue();
                for (var path : List.of(
                        "/",
                        "/ready",
                        "/metrics",
                        "/node-list",
                        "/request-list",
                        "/image-list",
                        "/dib-image-list",
                        "/label-list",
                        "/nodes.json",
                        "/request/x",
                        "/nothing")) {
                    said.put("page " + path, get(listens.group(1) + path));
                }
                run(List.of(
                        List.of("config-validate"),
                        List.of("list", "--detail"),
                        List.of("dib-image-list"),
                        List.of("alien-list", "far-one"),
                        List.of("info", "far-one"),
                        List.of("plan")));
                launcher.signal("TERM");
                launcher.waitFor(LIMIT);
                said.put("launcher", launcher.told());
            }
            builder.signal("TERM");
            builder.waitFor(LIMIT);
            said.put("builder", builder.told());
        }
        store("/");
        assertThat(said).hasSizeGreaterThan(50);
        assertThat(said.get("launcher")).contains("DEBUG");
        said.forEach((where, text) -> assertThat(text).as(where).doesNotContain(MARK));
        Proof.note(
                "Places searched for planted secrets",
                "all output, "
                        + said.keySet().stream()
                                        .filter(where -> where.startsWith("znode"))
                                        .count()
                                / 10
                                * 10 + "+ znodes");
    }

    /** What is wrong in a file is told with the place, and without what stands there. */
    @Test
    void noPlantedSecretIsShownByWhoeverCanNotReadIt() throws Exception {
        var main = config();
        for (var broken : List.of(
                "diskimages: [{name: img, env-vars: PlantedSecretInstead}]",
                "diskimages: [{name: img, env-vars: [PlantedSecretInList]}]",
                "diskimages: PlantedSecretAtTop",
                "PlantedSecretAlone",
                "diskimages: [{name: PlantedSecretAsName, env-vars: {A: PlantedSecretBelow}}]",
                "diskimages: {PlantedSecretAsKey: [",
                "diskimages: [{name: img, env-vars: {A: 'PlantedSecretOpen}}]",
                "zookeeper-servers: [{host: PlantedSecretHost, port: PlantedSecretPort}]",
                "zookeeper-tls: {cert: PlantedSecretCert, key: [PlantedSecretKey]}")) {
            var secure = Files.writeString(directory.resolve("broken.conf"), broken);
            try (Program validate = Program.startJar(
                    environment(), "-c", main.toString(), "-s", secure.toString(), "config-validate")) {
                validate.waitFor(LIMIT);
                // The name of an image and a host are no secrets, and people have to know which one is meant.
                var told = validate.told().replace("PlantedSecretAsName", "").replace("PlantedSecretHost", "");
                assertThat(told).as(broken).doesNotContain(MARK);
            }
        }
    }

    /** All at once: most of their time is that of the virtual machine's start. */
    private void run(List<List<String>> commands) throws Exception {
        var programs = new LinkedHashMap<List<String>, Program>();
        try {
            for (var command : commands) {
                var args = new ArrayList<>(options());
                args.add("--debug");
                args.addAll(command);
                programs.put(command, Program.startJar(environment(), args.toArray(String[]::new)));
            }
            for (var entry : programs.entrySet()) {
                entry.getValue().waitFor(LIMIT);
                said.put("command " + entry.getKey(), entry.getValue().told());
            }
        } finally {
            for (var program : programs.values()) {
                program.close();
            }
        }
    }

    private static String get(String address) throws IOException, InterruptedException {
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address))
                                .timeout(LIMIT)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return answer.headers().map() + answer.body();
    }

    private void store(String path) {
        var data = tree.get(path).orTimeout(30, TimeUnit.SECONDS).join().data();
        said.put("znode " + path, path + new String(data, StandardCharsets.UTF_8));
        for (var child : tree.children(path).orTimeout(30, TimeUnit.SECONDS).join()) {
            store(path.equals("/") ? "/" + child : path + "/" + child);
        }
    }
}
