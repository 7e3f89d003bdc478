package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.create;
import static dev.nodepool.driver.openstack.CloudFixture.delete;
import static dev.nodepool.driver.openstack.CloudFixture.get;
import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.LeakableResource.Ground;
import dev.nodepool.driver.openstack.fakecloud.FakeNova.FakeServer;
import dev.nodepool.testing.Behaviour;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ports, floating IPs and volumes that are left behind, seen by the driver and swept by a whole launcher. */
class LeftoversIT {

    @TempDir
    Path directory;

    private CloudFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new CloudFixture(directory);
        fixture.cloud.glance.image("debian");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void pass(Duration time) {
        var over = new CompletableFuture<Void>();
        fixture.time.after(time, () -> over.complete(null));
        get(over);
    }

    private static List<LeakableResource> resources(OpenStackProvider provider) {
        var listing = get(provider.resources());
        assertThat(listing.complete()).isTrue();
        return listing.items();
    }

    private List<String> ports() {
        return fixture.cloud.neutron.ports().stream()
                .map(p -> p.path("id").asText())
                .toList();
    }

    @Test
    void showsPortsThatWereDownInTwoLooks() {
        var provider = fixture.provider(yaml("port-cleanup-interval: 20", "auto-floating-ip: false", ""));
        var nobodys = fixture.cloud.neutron.strayPort("");
        var servers = fixture.cloud.neutron.strayPort("compute:az1");
        fixture.cloud.neutron.strayPort("network:dhcp");
        assertThat(resources(provider)).isEmpty();
        pass(Duration.ofSeconds(10));
        var late = fixture.cloud.neutron.strayPort("");
        assertThat(resources(provider)).isEmpty();
        pass(Duration.ofSeconds(11));

        assertThat(resources(provider)).extracting(r -> r.id().toString()).containsExactlyInAnyOrder(nobodys, servers);
        assertThat(resources(provider)).allSatisfy(r -> {
            assertThat(r.kind()).isEqualTo("ports");
            assertThat(r.ground()).isEqualTo(Ground.DRIVER_RULE);
        });
        assertThat(fixture.cloud.seen("network", "GET", "/ports.*")).hasSize(2);
        pass(Duration.ofSeconds(21));
        assertThat(resources(provider)).extracting(r -> r.id().toString()).contains(late);
    }

    @Test
    void leavesAPortAloneThatSomebodyUsesByNow() {
        var provider = fixture.provider(yaml("port-cleanup-interval: 20", "auto-floating-ip: false", ""));
        var port = fixture.cloud.neutron.strayPort("");
        var resource =
                new LeakableResource("ports", new ExternalId(port), Map.of(), Ground.DRIVER_RULE, Optional.empty());
        fixture.cloud.neutron.ports().get(0).put("status", "ACTIVE");
        get(provider.deleteResource(resource));
        assertThat(ports()).containsExactly(port);

        fixture.cloud.neutron.ports().get(0).put("status", "DOWN");
        get(provider.deleteResource(resource));
        get(provider.deleteResource(resource));
        assertThat(ports()).isEmpty();
    }

    @Test
    void asksForNothingThatCannotLeak() {
        var provider = fixture.provider(yaml("port-cleanup-interval: 0", "auto-floating-ip: false", ""));

        assertThat(resources(provider)).isEmpty();

        assertThat(fixture.cloud.seen()).isEmpty();
    }

    @Test
    @Behaviour("L69")
    void theLauncherDeletesPortsThatStayDownByTheIntervalInForce() {
        var server = fixture.cloud.nova.foreign("small", Map.of());
        var yaml = yaml("port-cleanup-interval: 0", "auto-floating-ip: false", "");
        try (var launcher = new LauncherFixture(fixture, yaml)) {
            var stray = fixture.cloud.neutron.strayPort("compute:az1");
            var other = fixture.cloud.neutron.strayPort("network:router_interface");
            launcher.pass(Duration.ofSeconds(130));
            assertThat(ports()).contains(stray);

            launcher.launcher.apply(fixture.config(yaml.replace("interval: 0", "interval: 20")));
            launcher.until("the port is gone", () -> !ports().contains(stray));

            assertThat(ports()).contains(other);
            assertThat(fixture.cloud.nova.servers()).extracting(FakeServer::id).contains(server.id());
        }
    }

    @Test
    void theLauncherDeletesFloatingIpsOfOursThatLeadNowhere() {
        try (var launcher = new LauncherFixture(fixture, yaml("", "max-servers: 5", ""))) {
            var request = launcher.ask("small");
            launcher.awaitState(request, "fulfilled");
            var ours = fixture.cloud.neutron.floatingIps().get(0);
            var leaked = fixture.cloud.neutron.strayFloatingIp(ours.path("description")
                    .asText()
                    .replaceFirst("server=\\S+", "server=gone")
                    .replaceFirst("node=\\S+", "node=0000009999")
                    .replaceFirst("launch=\\S+", "launch=forgotten"));
            var foreign = fixture.cloud.neutron.strayFloatingIp("of somebody");

            launcher.until("the floating IP is gone", () -> !floatingIps().contains(leaked));

            assertThat(floatingIps()).containsExactlyInAnyOrder(ours.path("id").asText(), foreign);
        }
    }

    private List<String> floatingIps() {
        return fixture.cloud.neutron.floatingIps().stream()
                .map(ip -> ip.path("id").asText())
                .toList();
    }

    @Test
    void theLauncherCleansForeignFloatingIpsOnlyWhereThatIsWished() {
        try (var launcher = new LauncherFixture(fixture, yaml("clean-floating-ips: true", "max-servers: 5", ""))) {
            var foreign = fixture.cloud.neutron.strayFloatingIp("of somebody");
            var elsewhere = fixture.cloud.neutron.strayFloatingIp(
                    "nodepool: server=s node=1 launch=l installation=another provider=cloud");

            launcher.until("the floating IP is gone", () -> !floatingIps().contains(foreign));

            assertThat(floatingIps()).containsExactly(elsewhere);
        }
    }

    @Test
    void leavesAFloatingIpAloneThatSomebodyUsesByNow() {
        var provider = fixture.provider(yaml("clean-floating-ips: true", "max-servers: 5", ""));
        fixture.cloud.neutron.strayFloatingIp("of somebody");
        var seen = resources(provider);
        assertThat(seen).hasSize(1);
        fixture.cloud.neutron.floatingIps().get(0).put("port_id", "p");

        get(provider.deleteResource(seen.get(0)));

        assertThat(floatingIps()).hasSize(1);
    }

    @Test
    void marksVolumesAndShowsThoseThatLeaked() throws Exception {
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", "boot-from-volume: true, volume-size: 30"));
        assertThat(provider.limits().byName()).containsEntry("volumes", 10L).containsEntry("volume-gb", 1000L);

        var instance = create(provider, "0000000005");

        assertThat(fixture.cloud
                        .cinder
                        .volumes()
                        .get(0)
                        .path("metadata")
                        .path(LaunchSpec.NODE_ID)
                        .asText())
                .isEqualTo("0000000005");
        var leaked = fixture.cloud.cinder.volume(5, "available", Map.of(LaunchSpec.INSTALLATION, "here"));
        fixture.cloud.cinder.volume(5, "available", Map.of());
        var seen = resources(provider);
        assertThat(seen).hasSize(2);
        assertThat(seen).anySatisfy(r -> assertThat(r.machine()).contains(instance.id()));
        var listed = get(provider.list()).items().get(0);
        assertThat(listed.amounts())
                .isEqualTo(Amounts.compute(1, 2, 4096).plus(new Amounts(Map.of("volumes", 1L, "volume-gb", 30L))));

        get(provider.deleteResource(seen.stream()
                .filter(r -> r.id().toString().equals(leaked))
                .findFirst()
                .orElseThrow()));
        delete(provider, instance.id());
        assertThat(fixture.cloud.cinder.volumes()).hasSize(1);
    }

    @Test
    void worksWithoutCinder() throws Exception {
        fixture.cloud.keystone.catalog.remove("volume");
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", "boot-from-volume: true, volume-size: 30"));

        assertThat(provider.limits().byName()).doesNotContainKey("volumes");
        assertThat(resources(provider)).isEmpty();
    }

    @Test
    void worksWithoutNeutron() {
        fixture.cloud.keystone.catalog.remove("network");
        var provider = fixture.provider(yaml("clean-floating-ips: true", "max-servers: 5", ""));

        assertThat(resources(provider)).isEmpty();
        assertThat(create(provider, "1").addresses().preferred()).startsWith("10.0.0.");
    }

    @Test
    void anIdleProviderAsksLittle() {
        try (var launcher = new LauncherFixture(fixture, yaml("", "max-servers: 5", ""))) {
            launcher.pass(Duration.ofSeconds(70));
            fixture.cloud.forget();

            launcher.pass(Duration.ofMinutes(6));

            assertThat(fixture.cloud.seen().size())
                    .as(fixture.cloud.seen().toString())
                    .isLessThanOrEqualTo(18);
        }
    }
}
