package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.create;
import static dev.nodepool.driver.openstack.CloudFixture.delete;
import static dev.nodepool.driver.openstack.CloudFixture.failure;
import static dev.nodepool.driver.openstack.CloudFixture.get;
import static dev.nodepool.driver.openstack.CloudFixture.spec;
import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.testing.Behaviour;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FloatingIpIT {

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

    private int floatingIps() {
        return fixture.cloud.neutron.floatingIps().size();
    }

    @Test
    @Behaviour("L53")
    void givesAServerAPublicAddressUnlessThePoolSaysNot() {
        var instance = create(fixture.provider(), "0000000001");

        assertThat(instance.addresses().publicIpv4()).startsWith("198.51.100.");
        assertThat(instance.addresses().preferred())
                .isEqualTo(instance.addresses().publicIpv4());
        assertThat(instance.addresses().privateIpv4()).startsWith("10.0.0.");
        assertThat(fixture.cloud.neutron.floatingIps())
                .singleElement()
                .satisfies(ip -> assertThat(ip.path("description").asText())
                        .startsWith("nodepool: server=" + instance.id() + " node=0000000001 launch=")
                        .endsWith(" installation=here provider=cloud"));

        var without = create(fixture.provider(yaml("", "auto-floating-ip: false", "")), "2");

        assertThat(without.addresses().publicIpv4()).isNull();
        assertThat(without.addresses().preferred())
                .isEqualTo(without.addresses().privateIpv4());
        assertThat(floatingIps()).isEqualTo(1);
    }

    @Test
    void givesNoneWhereTheNetworkLeadsOutsideByItself() {
        var provider = fixture.provider(yaml("", "networks: [public]", ""));

        var instance = create(provider, "1");

        assertThat(instance.addresses().publicIpv4()).startsWith("203.0.113.");
        assertThat(floatingIps()).isZero();
    }

    @Test
    void givesNoneWhenTheAccountSaysThatThereAreNone() throws IOException {
        fixture.account("    floating_ip_source: None\n");
        assertThat(create(fixture.provider(), "1").addresses().publicIpv4()).isNull();

        fixture.account("    private: true\n");
        assertThat(create(fixture.provider(), "1").addresses().publicIpv4()).isNull();

        assertThat(floatingIps()).isZero();
    }

    @Test
    void needsFourCallsForTheLifeOfAServerAndAskForPortsTogether() {
        fixture.cloud.neutron.shownAfter = Duration.ofHours(1);
        fixture.cloud.when("network", "GET", "/ports").delay(Duration.ofMillis(50));
        fixture.cloud.nova.boot = Duration.ofSeconds(8);
        var provider = fixture.provider();
        delete(provider, create(provider, "0").id());
        fixture.cloud.forget();

        var creations = new ArrayList<CompletableFuture<Instance>>();
        for (int i = 1; i <= 15; i++) {
            creations.add(provider.create(spec("" + i), id -> {}));
        }
        var instances = creations.stream().map(CloudFixture::get).toList();
        assertThat(floatingIps()).isEqualTo(15);
        instances.stream().map(i -> provider.delete(i.id())).toList().forEach(CloudFixture::get);

        var listings = fixture.cloud.seen("compute", "GET", "/servers/detail").size();
        var batches = fixture.cloud.seen("network", "GET", "/ports.*").size();
        assertThat(fixture.cloud.seen()).hasSize(4 * 15 + listings + batches);
        assertThat(batches).isBetween(1, 14);
        assertThat(floatingIps()).isZero();
        assertThat(fixture.cloud.nova.servers()).isEmpty();
    }

    @Test
    void waitsForOneThatWorksLater() {
        fixture.cloud.neutron.floatingStaysDown = true;
        var creation = fixture.provider().create(spec("1"), id -> {});
        org.awaitility.Awaitility.await().until(() -> floatingIps() == 1);
        assertThat(creation).isNotDone();

        fixture.cloud.neutron.floatingIps().get(0).put("status", "ACTIVE");

        assertThat(get(creation).addresses().publicIpv4()).startsWith("198.51.100.");
        assertThat(fixture.cloud.seen("network", "GET", "/floatingips.*")).isNotEmpty();
    }

    @Test
    void givesUpOnOneThatNeverWorks() {
        fixture.cloud.neutron.floatingStaysDown = true;
        var provider = fixture.provider();

        var failure = failure(provider.create(spec("1"), id -> {}));

        assertThat(failure.fault()).isEqualTo(Fault.NO_ADDRESS);
        assertThat(failure).hasMessageContaining("did not work within 60 s");
        delete(provider, new ExternalId(fixture.cloud.nova.servers().get(0).id()));
        assertThat(floatingIps()).isZero();
    }

    @Test
    void waitsForQuotaWhenThereAreNoMore() {
        fixture.cloud.neutron.floatingQuota = 0;

        var failure = failure(fixture.provider().create(spec("1"), id -> {}));

        assertThat(failure.fault()).isEqualTo(Fault.QUOTA_EXCEEDED);
        assertThat(failure).hasMessageContaining("Quota exceeded for resources: ['floatingip']");
    }

    @Test
    void findsTheOneWhoseAnswerWasLostAndMakesNoSecond() {
        fixture.cloud.when("network", "POST", "/floatingips").lose();
        var provider = fixture.provider();

        var instance = create(provider, "1");

        assertThat(instance.addresses().publicIpv4()).startsWith("198.51.100.");
        assertThat(floatingIps()).isEqualTo(1);
        assertThat(fixture.cloud.seen("network", "POST", "/floatingips")).hasSize(1);
        delete(provider, instance.id());
        assertThat(floatingIps()).isZero();
    }

    @Test
    void givesUpOnOneThatWasNotMadeAndIsNotAnsweredFor() {
        fixture.cloud.when("network", "POST", "/floatingips").drop();
        var provider = fixture.provider();

        assertThat(failure(provider.create(spec("1"), id -> {})).fault()).isEqualTo(Fault.UNEXPECTED);

        delete(provider, new ExternalId(fixture.cloud.nova.servers().get(0).id()));
        assertThat(floatingIps()).isZero();
    }

    @Test
    void deletesThoseThatAnotherProcessMade() {
        var ours = create(fixture.provider(), "1");
        var theirs = create(fixture.provider(), "2");
        fixture.cloud.neutron.floatingIps().stream()
                .filter(ip ->
                        ip.path("description").asText().contains(theirs.id().toString()))
                .forEach(ip -> ip.put("description", ""));

        var later = fixture.provider();
        delete(later, ours.id());
        assertThat(floatingIps()).isEqualTo(1);
        delete(later, theirs.id());

        assertThat(floatingIps()).isZero();
    }

    @Test
    void keepsTheServerAsLongAsItsFloatingIpCannotBeDeleted() {
        var provider = fixture.provider();
        var instance = create(provider, "1");
        fixture.cloud
                .when("network", "DELETE", "/floatingips")
                .answer(503, "later")
                .times(1);

        assertThat(failure(provider.delete(instance.id())).fault()).isEqualTo(Fault.UNAVAILABLE);
        assertThat(fixture.cloud.nova.servers()).hasSize(1);

        delete(provider, instance.id());
        assertThat(fixture.cloud.nova.servers()).isEmpty();
        assertThat(floatingIps()).isZero();
    }

    @Test
    void leadsToTheNetworkWithTheGatewayWhenThereAreSeveral() {
        fixture.cloud.neutron.network("storage", false, false);
        var provider = fixture.provider(yaml("", "networks: [storage, private]", ""));

        create(provider, "1");

        assertThat(portOfFloatingIp().path("network_id").asText()).isEqualTo("net-private");
    }

    @Test
    void leadsWhereTheAccountSays() throws IOException {
        fixture.cloud.neutron.network("second", false, true);
        fixture.account("    networks: [{name: second, nat_destination: true}]\n");

        create(fixture.provider(yaml("", "networks: [private, second]", "")), "1");

        assertThat(portOfFloatingIp().path("network_id").asText()).isEqualTo("net-second");
    }

    private ObjectNode portOfFloatingIp() {
        var port = fixture.cloud.neutron.floatingIps().get(0).path("port_id").asText();
        return fixture.cloud.neutron.ports().stream()
                .filter(p -> p.path("id").asText().equals(port))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void failsAServerThatComesUpWithoutAnAddress() {
        fixture.cloud.nova.addressless = true;

        var failure = failure(fixture.provider().create(spec("1"), id -> {}));

        assertThat(failure.fault()).isEqualTo(Fault.NO_ADDRESS);
        assertThat(failure).hasMessageContaining("is up but has no address");
    }
}
