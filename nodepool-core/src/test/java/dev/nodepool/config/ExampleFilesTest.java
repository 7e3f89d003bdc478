package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.cloud.CloudLabel;
import dev.nodepool.driver.cloud.CloudSettings;
import dev.nodepool.driver.config.Problem.Severity;
import dev.nodepool.drivers.fixed.StaticSettings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whole files as people have them. */
class ExampleFilesTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("NODEPOOL_DATA", "/srv/data", "NODEPOOL_WEB_PORT", "8123");

    private static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(ExampleFilesTest.class.getResource(name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static LoadedConfig load(String name, Optional<String> secure) {
        return new ConfigLoader(Load.DRIVERS, ENVIRONMENT)
                .load(file(name), secure.map(ExampleFilesTest::file), Strictness.STRICT);
    }

    private static NodepoolConfig load(String name) {
        var loaded = load(name, Optional.empty());
        assertThat(loaded.warnings()).isEmpty();
        return loaded.config();
    }

    @Test
    void loadsOneCloudForLauncherAndBuilder() {
        var config = load("example-a.yaml");

        assertThat(config.zooKeeper().hosts()).isEqualTo("zk01.ci.example.org:2181,zk02.ci.example.org:2181");
        assertThat(config.zooKeeper().chroot()).isEqualTo("/ci");
        assertThat(config.web()).contains(new WebConfig(8005, "127.0.0.1"));
        assertThat(config.maxHoldAge()).contains(Duration.ofDays(3));
        assertThat(config.labels().keySet()).containsExactly("debian-10-small", "debian-10-large", "windows-2019");
        var image = Objects.requireNonNull(config.diskImages().get("debian-10"));
        assertThat(image.formats()).containsExactly("qcow2", "raw");
        assertThat(image.rebuildAge()).isEqualTo(Duration.ofHours(12));

        var north = config.provider("north").orElseThrow();
        assertThat(north.maxConcurrency()).contains(20);
        var settings = (CloudSettings) north.settings();
        assertThat(settings.rate()).isEqualTo(0.25);
        assertThat(settings.cleanFloatingIps()).isTrue();
        assertThat(settings.images().get(0).properties()).containsEntry("hw_disk_bus", "scsi");
        assertThat(north.pools().get(1).labelNames())
                .isEqualTo(north.pools().get(0).labelNames());
        var pool = north.pools().get(0);
        assertThat(pool.limits().byName()).isEqualTo(Map.of("cores", 200L, "instances", 40L, "ram", 409600L));
        assertThat(pool.nodeAttributes()).isEqualTo(Map.of("rack", "n1"));
        var windows = (CloudLabel) pool.label("windows-2019").orElseThrow();
        assertThat(windows.access().connectionType()).isEqualTo("winrm");
        assertThat(windows.access().port()).isEqualTo(5986);
        assertThat(windows.networks()).containsExactly("win-net");
        assertThat(windows.hostKeyChecking()).isFalse();
        var large = (CloudLabel) pool.label("debian-10-large").orElseThrow();
        assertThat(large.networks()).containsExactly("ci-net");
        assertThat(large.volumeSize()).isEqualTo(120);
        assertThat(large.userdata().orElseThrow()).startsWith("#cloud-config\n");
    }

    @Test
    void loadsStaticHostsBesideACloudThatIsBeingRetired() {
        var config = load("example-b.yaml");

        var rack = config.provider("lab-rack").orElseThrow();
        assertThat(rack.driver()).isEqualTo("static");
        var nodes = ((StaticSettings) rack.settings()).pools().get(0).nodes();
        assertThat(nodes.get(0).maxParallelJobs()).isEqualTo(4);
        assertThat(nodes.get(0).hostKeys()).hasSize(1);
        assertThat(nodes.get(1).labels()).containsExactly("arm64-bench");
        assertThat(rack.pools().get(0).labelNames()).containsExactly("arm64-bench");
        var retiring = config.provider("retiring").orElseThrow();
        assertThat(retiring.pools().get(0).disabled()).isTrue();
        assertThat(retiring.settings().images()).isEmpty();
    }

    @Test
    void saysOfAMetastaticProviderOnlyThatItsDriverIsMissing() {
        var thrown = catchThrowableOfType(ConfigException.class, () -> load("example-c.yaml", Optional.empty()));

        assertThat(Load.texts(thrown.problems(), Severity.ERROR))
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .startsWith("43:13: providers[1].driver: no driver \"metastatic\" here")
                        .contains("--driver-path"));
    }

    @Test
    void mergesTheSecureFile() {
        var config =
                load("example-d.yaml", Optional.of("example-d-secure.yaml")).config();

        assertThat(config.zooKeeper().hosts()).isEqualTo("203.0.113.5:2181");
        assertThat(config.zooKeeper().chroot()).isEqualTo("/prod");
        var rocky = Objects.requireNonNull(config.diskImages().get("rocky-8"));
        assertThat(rocky.release()).isEqualTo("8");
        assertThat(rocky.formats()).containsExactly("qcow2");
        assertThat(rocky.envVars()).isEqualTo(Map.of("DIB_CHECKSUM", "1", "DIB_REG_PASSWORD", "not-a-real-secret"));
        assertThat(Objects.requireNonNull(config.diskImages().get("tar-only")).formats())
                .containsExactly("tar");
    }

    @Test
    void usesTheFakeDriverForANameThatBeginsWithFake() {
        var fake = load("example-e.yaml").provider("fake-one").orElseThrow();

        assertThat(fake.driver()).isEqualTo("fake");
        assertThat(fake.pools().get(0).limits()).isEqualTo(Amounts.of("instances", 5));
        assertThat(fake.pools().get(0).labelNames()).isEqualTo(List.of("t"));
    }

    @Test
    void loadsTheExamplesThatPeopleAreGiven() throws IOException {
        var drivers = new ArrayList<ProviderDriver>(Load.DRIVERS);
        try (var files = Files.list(Path.of("..", "examples", "config"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".yaml")))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(new ConfigLoader(drivers, Map.of())
                                    .load(file, Optional.empty(), Strictness.STRICT)
                                    .warnings())
                            .isEmpty());
        }
    }
}
