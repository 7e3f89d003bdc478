package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.runner.library.CoreLibrary;
import dev.nodepool.runner.library.DriverPath;
import dev.nodepool.runner.web.ReadyEndpoint;
import dev.nodepool.testing.GeneratedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

/** The examples of units, containers and manifests fit the programs. */
final class DeployExamplesTest {

    private static final Path DEPLOY = GeneratedPage.root().resolve("examples/deploy");
    private static final String HOME = "/opt/nodepool/";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"nodepool-launcher", "nodepool-builder"})
    void unitsStartTheScriptsAsAnOrdinaryUserInTheForeground(String program) throws IOException {
        Map<String, String> unit = unit(program);
        List<String> command = Arrays.asList(unit.get("ExecStart").split(" "));
        runs(command);
        assertThat(command).contains("-f");
        assertThat(unit).containsEntry("User", "nodepool").containsEntry("ProtectHome", "yes");
        assertThat(unit.get("ExecReload")).isEqualTo("/bin/kill -HUP $MAINPID");
        assertThat(unit.get("Environment")).isEqualTo("NODEPOOL_CACHE_DIR=%C/nodepool");
        assertThat(unit).containsEntry("CacheDirectory", "nodepool");
        assertThat(Path.of(unit.get("Documentation").replace("file://" + HOME, GeneratedPage.root() + "/")))
                .exists();
    }

    @Test
    void theLauncherCanNotGainRightsAndTheBuilderCan() throws IOException {
        assertThat(unit("nodepool-launcher"))
                .containsEntry("NoNewPrivileges", "yes")
                .containsEntry("CapabilityBoundingSet", "")
                .containsEntry("ProtectSystem", "strict")
                // A Java VM writes code.
                .doesNotContainKey("MemoryDenyWriteExecute");
        // sudo: systemd.exec names these as implying NoNewPrivileges.
        assertThat(unit("nodepool-builder"))
                .doesNotContainKeys(
                        "NoNewPrivileges",
                        "SystemCallFilter",
                        "SystemCallArchitectures",
                        "RestrictAddressFamilies",
                        "RestrictNamespaces",
                        "PrivateDevices",
                        "ProtectKernelTunables",
                        "ProtectKernelModules",
                        "ProtectKernelLogs",
                        "ProtectClock",
                        "MemoryDenyWriteExecute",
                        "RestrictRealtime",
                        "RestrictSUIDSGID",
                        "DynamicUser",
                        "LockPersonality");
    }

    @Test
    void theProbeAsksWhatIsServedWhereTheConfigurationServesIt() throws IOException {
        Map<?, ?> container = container("launcher.yaml", "Deployment");
        Map<?, ?> get = map(map(container, "readinessProbe"), "httpGet");
        assertThat(get.get("path")).isEqualTo(ReadyEndpoint.PATH);
        Map<?, ?> port = (Map<?, ?>) ((List<?>) container.get("ports")).get(0);
        assertThat(get.get("port")).isEqualTo(port.get("name"));
        NodepoolConfig config = config();
        assertThat(config.web()).hasValueSatisfying(web -> {
            assertThat(web.port()).isEqualTo(port.get("containerPort"));
            assertThat(web.listenAddress()).isEqualTo("0.0.0.0");
        });
        Map<?, ?> service = document("launcher.yaml", "Service");
        Map<?, ?> served = (Map<?, ?>) ((List<?>) map(service, "spec").get("ports")).get(0);
        assertThat(served.get("targetPort")).isEqualTo(port.get("name"));
        assertThat(map(service, "spec").get("selector"))
                .isEqualTo(map(map(map(document("launcher.yaml", "Deployment"), "spec"), "selector"), "matchLabels"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"launcher.yaml Deployment", "builder.yaml StatefulSet"})
    void podsRunTheScriptsAndAreGivenTheTimeThatAStopTakes(String where) throws IOException {
        String[] words = where.split(" ");
        Map<?, ?> container = container(words[0], words[1]);
        List<String> command = new ArrayList<>();
        ((List<?>) container.get("args")).forEach(word -> command.add(word.toString()));
        runs(command);
        assertThat(command).contains("-f");
        Object patience = map(map(map(document(words[0], words[1]), "spec"), "template"), "spec")
                .get("terminationGracePeriodSeconds");
        int drain = command.indexOf("--drain");
        assertThat((Integer) patience).isGreaterThan(drain < 0 ? 120 : Integer.parseInt(command.get(drain + 1)) + 10);
    }

    @Test
    void theLaunchersPodHasNoRights() throws IOException {
        Map<?, ?> container = container("launcher.yaml", "Deployment");
        assertThat(map(container, "securityContext").toString())
                .isEqualTo("{allowPrivilegeEscalation=false, readOnlyRootFilesystem=true, capabilities={drop=[ALL]}}");
        assertThat(map(
                                map(map(map(document("launcher.yaml", "Deployment"), "spec"), "template"), "spec"),
                                "securityContext")
                        .get("runAsNonRoot"))
                .isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Containerfile", "Containerfile.builder"})
    void containersRunTheScriptsAndCopyWhatThereIs(String name) throws IOException {
        List<String> lines = Files.readAllLines(DEPLOY.resolve("container").resolve(name));
        String command = lines.stream()
                .filter(line -> line.startsWith("CMD "))
                .findFirst()
                .orElseThrow();
        runs(Arrays.asList(command.replaceAll("CMD \\[|\"|\\]", "").split(", ")));
        lines.stream()
                .filter(line -> line.startsWith("COPY ") && !line.contains("--from"))
                .forEach(line -> assertThat(GeneratedPage.root().resolve(line.split(" ")[1]))
                        .exists());
    }

    private void runs(List<String> command) {
        String script = command.get(0).replace(HOME, "");
        assertThat(GeneratedPage.root().resolve(script)).isExecutable();
        CoreLibrary library = new CoreLibrary();
        CommandLine program = script.endsWith("launcher") ? Programs.launcher(library) : Programs.builder(library);
        assertThatCode(() ->
                        program.parseArgs(command.subList(1, command.size()).toArray(String[]::new)))
                .doesNotThrowAnyException();
    }

    private NodepoolConfig config() throws IOException {
        Object text = map(document("launcher.yaml", "ConfigMap"), "data").get("nodepool.yaml");
        Path file = Files.writeString(directory.resolve("nodepool.yaml"), Objects.toString(text));
        Files.writeString(
                directory.resolve("clouds.yaml"),
                "clouds: {north: {auth: {auth_url: 'http://127.0.0.1:1', username: u, password: p, project_name: p}}}\n");
        return new ConfigLoader(
                        DriverPath.drivers(List.of()),
                        Map.of(
                                "OS_CLIENT_CONFIG_FILE",
                                directory.resolve("clouds.yaml").toString()))
                .requiringZooKeeper()
                .load(file, Optional.empty(), Strictness.STRICT)
                .config();
    }

    private static Map<?, ?> container(String file, String kind) throws IOException {
        Map<?, ?> pod = map(map(map(document(file, kind), "spec"), "template"), "spec");
        return (Map<?, ?>) ((List<?>) pod.get("containers")).get(0);
    }

    private static Map<?, ?> document(String file, String kind) throws IOException {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        return StreamSupport.stream(
                        yaml.loadAll(Files.readString(
                                        DEPLOY.resolve("kubernetes").resolve(file)))
                                .spliterator(),
                        false)
                .map(document -> (Map<?, ?>) document)
                .filter(document -> kind.equals(document.get("kind")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + file));
    }

    private static Map<?, ?> map(Map<?, ?> parent, String key) {
        return (Map<?, ?>) Objects.requireNonNull(parent.get(key), key);
    }

    /** Settings of all sections; of one that is given several times the last. */
    private static Map<String, String> unit(String program) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String line : Files.readAllLines(DEPLOY.resolve("systemd/" + program + ".service"))) {
            int equals = line.indexOf('=');
            if (!line.startsWith("#") && equals > 0) {
                settings.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return settings;
    }
}
