package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.create;
import static dev.nodepool.driver.openstack.CloudFixture.delete;
import static dev.nodepool.driver.openstack.CloudFixture.failure;
import static dev.nodepool.driver.openstack.CloudFixture.get;
import static dev.nodepool.driver.openstack.CloudFixture.spec;
import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LabelState;
import dev.nodepool.driver.openstack.fakecloud.Seen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLifeIT {

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

    @Test
    void createsAServerWithItsMarksAndTellsItsIdAtOnce() {
        fixture.cloud.nova.boot = Duration.ofSeconds(3);
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));
        var ids = new CopyOnWriteArrayList<ExternalId>();

        var instance = get(provider.create(spec("0000000042"), ids::add));

        var server = fixture.cloud.nova.servers().get(0);
        assertThat(ids).containsExactly(new ExternalId(server.id()));
        assertThat(instance.id()).isEqualTo(new ExternalId(server.id()));
        assertThat(instance.usable()).isTrue();
        assertThat(server.name()).isEqualTo("small-cloud-0000000042");
        assertThat(server.metadata())
                .containsEntry("groups", "cloud,debian,small")
                .containsEntry("nodepool_image_name", "debian")
                .containsEntry("nodepool_node_label", "small")
                .containsEntry("nodepool_provider_name", "cloud")
                .containsEntry("nodepool_pool_name", "main")
                .containsEntry("nodepool_node_id", "0000000042")
                .containsEntry("nodepool_installation", "here")
                .containsKey("nodepool_launch");
        assertThat(instance.metadata()).isEqualTo(server.metadata());
        assertThat(instance.amounts()).isEqualTo(Amounts.compute(1, 2, 4096));
        assertThat(instance.addresses().privateIpv4()).startsWith("10.0.0.");
        assertThat(instance.addresses().preferred())
                .isEqualTo(instance.addresses().privateIpv4());
        assertThat(instance.placement().zone()).isEqualTo("az1");
        assertThat(instance.placement().region()).isEqualTo("one");
        assertThat(instance.placement().cloud()).isEqualTo("fake");
        assertThat(instance.placement().hostId()).startsWith("host-of-");
        assertThat(instance.placement().hostname()).isEqualTo("small-cloud-0000000042");
    }

    @Test
    void saysWhyAServerDidNotGoAndDeletesItTheNextTime() {
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));
        var instance = create(provider, "1");
        fixture.cloud.nova.undeletable = "Failed to terminate instance: disk busy";

        var failure = failure(provider.delete(instance.id()));

        assertThat(failure.fault()).isEqualTo(Fault.UNEXPECTED);
        assertThat(failure)
                .hasMessageContaining("in ERROR after its deletion: Failed to terminate instance: disk busy");
        fixture.cloud.nova.undeletable = null;
        delete(provider, instance.id());
        assertThat(fixture.cloud.nova.servers()).isEmpty();
    }

    @Test
    void waitsForAServerThatAListingCutShortDoesNotShow() {
        fixture.cloud.nova.pageSize = 1;
        fixture.cloud.nova.foreign("small", Map.of());
        var cut = fixture.cloud
                .when("compute", "GET", "/servers/detail\\?marker")
                .answer(400, "marker [x] not found")
                .times(8);
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));

        var instance = create(provider, "1");

        assertThat(cut.used()).isEqualTo(8);
        assertThat(instance.usable()).isTrue();
    }

    @Test
    void needsTwoCallsForTheLifeOfAServerBesideTheSharedListing() {
        fixture.cloud.nova.boot = Duration.ofSeconds(8);
        fixture.cloud.nova.deletion = Duration.ofSeconds(4);
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));
        delete(provider, create(provider, "0").id());
        fixture.cloud.forget();
        var began = fixture.time.instant();

        var creations = new ArrayList<CompletableFuture<Instance>>();
        for (int i = 1; i <= 20; i++) {
            creations.add(provider.create(spec("" + i), id -> {}));
        }
        creations.stream()
                .map(creation -> creation.thenCompose(instance -> provider.delete(instance.id())))
                .toList()
                .forEach(CloudFixture::get);

        var took = Duration.between(began, fixture.time.instant());
        var listings = fixture.cloud.seen("compute", "GET", "/servers/detail");
        assertThat(fixture.cloud.seen()).hasSize(40 + listings.size());
        assertThat(fixture.cloud.seen("compute", "POST", "/servers")).hasSize(20);
        assertThat(fixture.cloud.seen("compute", "DELETE", "/servers/.*")).hasSize(20);
        assertThat(listings.size()).isBetween(2, (int) took.toSeconds() + 1);
        assertThat(fixture.metered)
                .contains("compute.GET.servers.detail", "compute.POST.servers", "compute.DELETE.server");
    }

    @Test
    void asksNothingWhileNobodyWaits() {
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));
        delete(provider, create(provider, "0").id());
        fixture.cloud.forget();

        fixture.pass(Duration.ofSeconds(60));

        assertThat(fixture.cloud.seen()).isEmpty();
    }

    @Test
    void tellsLimitsNeedsZonesAndLabels() throws Exception {
        fixture.cloud.nova.limits.put("maxTotalRAMSize", -1L);
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));

        assertThat(provider.limits().byName()).isEqualTo(Map.of("instances", 20L, "cores", 100L));
        assertThat(provider.needs("main", "small")).isEqualTo(Amounts.compute(1, 2, 4096));
        assertThat(provider.zones()).containsExactly("az1", "az2");
        assertThat(provider.labelState("main", "small")).isEqualTo(LabelState.READY);
    }

    @Test
    void followsPages() {
        fixture.cloud.nova.pageSize = 3;
        for (int i = 0; i < 10; i++) {
            fixture.cloud.nova.foreign("medium", Map.of());
        }

        var listing = get(fixture.provider().list());

        assertThat(listing.complete()).isTrue();
        assertThat(listing.items()).hasSize(10);
        assertThat(listing.items().get(9).amounts()).isEqualTo(Amounts.compute(1, 4, 8192));
        assertThat(fixture.cloud.seen("compute", "GET", "/servers/detail.*")).hasSize(4);
    }

    @Test
    void worksWithANovaThatIsTooOldForItsFavouriteVersion() {
        fixture.cloud.nova.old = true;
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));

        var instance = create(provider, "1");

        assertThat(instance.amounts()).isEqualTo(Amounts.compute(1, 2, 4096));
        var orders = fixture.cloud.seen("compute", "POST", "/servers");
        assertThat(orders.get(orders.size() - 1).text()).doesNotContain("networks");
    }

    @Test
    void ordersWhatTheLabelSays() {
        var provider = fixture.provider(yaml(
                "hostname-format: 'np{node.id}'",
                "max-servers: 5\n        networks: [private, net-public]\n        security-groups: [web, ssh]",
                "key-name: k, userdata: '#cloud-config', instance-properties: {a: b}"));

        create(provider, "0000000007");

        assertThat(fixture.cloud.seen("compute", "POST", "/servers"))
                .map(Seen::text)
                .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .contains("\"name\":\"np0000000007\"")
                .contains("\"flavorRef\":\"id-small\"")
                .contains("\"key_name\":\"k\"")
                .contains("\"networks\":[{\"uuid\":\"net-private\"},{\"uuid\":\"net-public\"}]")
                .contains("\"security_groups\":[{\"name\":\"web\"},{\"name\":\"ssh\"}]")
                .contains("\"user_data\":\"I2Nsb3VkLWNvbmZpZw==\"")
                .contains("\"a\":\"b\"")
                .doesNotContain("config_drive")
                .doesNotContain("availability_zone");
    }
}
