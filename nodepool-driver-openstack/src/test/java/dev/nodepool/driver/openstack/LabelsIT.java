package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.create;
import static dev.nodepool.driver.openstack.CloudFixture.failure;
import static dev.nodepool.driver.openstack.CloudFixture.get;
import static dev.nodepool.driver.openstack.CloudFixture.spec;
import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.LabelState;
import dev.nodepool.driver.LabelState.Kind;
import dev.nodepool.driver.LaunchSpec;
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

/** What labels mean: images, flavors, networks, properties. */
class LabelsIT {

    private static final String NO_FLOATING = "auto-floating-ip: false";

    @TempDir
    Path directory;

    private CloudFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new CloudFixture(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private String order() {
        var orders = fixture.cloud.seen("compute", "POST", "/servers");
        return orders.get(orders.size() - 1).text();
    }

    private OpenStackProvider withFlavor(String choice) {
        return fixture.provider(yaml("", NO_FLOATING, "").replace("flavor-name: small", choice));
    }

    @Test
    @Behaviour("L24")
    void choosesTheFlavorByNameOrId() throws Exception {
        fixture.cloud.glance.image("debian");
        create(withFlavor("flavor-name: medium"), "1");
        assertThat(order()).contains("\"flavorRef\":\"id-medium\"");

        create(withFlavor("flavor-name: id-tiny"), "2");
        assertThat(order()).contains("\"flavorRef\":\"id-tiny\"");

        var state = withFlavor("flavor-name: huge").labelState("main", "small");
        assertThat(state).isEqualTo(LabelState.broken("the cloud has no flavor \"huge\""));
    }

    @Test
    void choosesTheSmallestFlavorThatFitsAlwaysTheSame() throws Exception {
        var provider = withFlavor("min-ram: 5000");
        assertThat(provider.needs("main", "small")).isEqualTo(Amounts.compute(1, 4, 8192));
        fixture.cloud.glance.image("debian");
        create(provider, "1");
        assertThat(order()).contains("\"flavorRef\":\"id-big\"");

        create(withFlavor("min-ram: 1000, flavor-name: med"), "2");
        assertThat(order()).contains("\"flavorRef\":\"id-medium\"");
    }

    @Test
    @Behaviour({"L49", "L50"})
    void findsACloudImageByNameAndTellsWhenThereIsNone() throws Exception {
        var provider = fixture.provider(yaml("", NO_FLOATING, "")
                .replace(
                        "{name: debian, username: debian}",
                        "{name: debian, image-name: Debian 12, connection-type: winrm, username: u, shell-type: cmd}"));
        var state = provider.labelState("main", "small");
        assertThat(state).isEqualTo(LabelState.notNow("the cloud has no active image \"Debian 12\""));
        assertThat(failure(provider.create(spec("0"), id -> {})).fault()).isEqualTo(Fault.NOT_FOUND);

        fixture.cloud.glance.pageSize = 1;
        fixture.cloud.glance.image("other");
        var id = fixture.cloud.glance.image("Debian 12");
        await().until(() -> provider.labelState("main", "small").ready());

        create(provider, "1");
        assertThat(order()).contains("\"imageRef\":\"" + id + "\"");
        var label = fixture.config(yaml("", NO_FLOATING, "")
                        .replace(
                                "{name: debian, username: debian}",
                                "{name: debian, connection-type: winrm, username: u, shell-type: cmd}"))
                .provider("cloud")
                .orElseThrow()
                .pools()
                .get(0)
                .label("small")
                .orElseThrow();
        assertThat(label.access()).isEqualTo(new Access("winrm", 5986, "u", "auto", "cmd"));
    }

    @Test
    @Behaviour("L51")
    void takesTheIdOfACloudImageAsItIs() throws Exception {
        var provider = fixture.provider(yaml("", NO_FLOATING, "")
                .replace("{name: debian, username: debian}", "{name: debian, image-id: the-id, config-drive: true}"));

        assertThat(provider.labelState("main", "small").ready()).isTrue();
        create(provider, "1");

        assertThat(order()).contains("\"imageRef\":\"the-id\"").contains("\"config_drive\":true");
        assertThat(fixture.cloud.seen("image", "GET", ".*")).isEmpty();
    }

    @Test
    void findsACloudImageByItsIdWhenNoneHasTheName() throws Exception {
        var id = fixture.cloud.glance.image("x");
        var provider = fixture.provider(yaml("", NO_FLOATING, "")
                .replace("{name: debian, username: debian}", "{name: debian, image-name: " + id + "}"));

        assertThat(provider.labelState("main", "small").ready()).isTrue();
    }

    @Test
    void isBrokenWhenTheNameOfAnImageIsNotUnique() throws Exception {
        fixture.cloud.glance.image("debian");
        fixture.cloud.glance.image("debian");

        var state = fixture.provider().labelState("main", "small");

        assertThat(state.kind()).isEqualTo(Kind.BROKEN);
        assertThat(state.reason()).startsWith("the cloud has 2 images \"debian\", give image-id: ");
    }

    @Test
    @Behaviour("L14")
    void bootsTheUploadOfADiskImage() {
        var yaml = (CloudFixture.LABELS + """
                diskimages: [{name: fedora}]
                providers:
                  - name: cloud
                    cloud: fake
                    rate: 0
                    diskimages: [{name: fedora, config-drive: true}]
                    pools:
                      - name: main
                        auto-floating-ip: false
                        labels: [{name: small, diskimage: fedora, flavor-name: small}]
                """);
        var base = spec("1");
        var spec = new LaunchSpec(
                "1",
                "main",
                "small",
                Optional.of("az2"),
                Optional.of(new ExternalId("uploaded")),
                base.metadata(),
                Map.of());

        var instance = get(fixture.provider(yaml).create(spec, id -> {}));

        assertThat(order())
                .contains("\"imageRef\":\"uploaded\"")
                .contains("\"config_drive\":true")
                .contains("\"availability_zone\":\"az2\"")
                .contains("\"groups\":\"cloud,fedora,small\"")
                .contains("\"nodepool_image_name\":\"fedora\"");
        assertThat(instance.placement().zone()).isEqualTo("az2");
    }

    @Test
    @Behaviour("L20")
    void bootsFromAVolume() throws Exception {
        fixture.cloud.glance.image("debian");
        var provider = fixture.provider(yaml("", NO_FLOATING, "boot-from-volume: true, volume-size: 30"));

        var instance = create(provider, "1");

        assertThat(order())
                .contains("\"block_device_mapping_v2\":[{")
                .contains("\"boot_index\":0")
                .contains("\"volume_size\":30")
                .contains("\"delete_on_termination\":true")
                .contains("\"source_type\":\"image\"")
                .contains("\"destination_type\":\"volume\"");
        assertThat(order()).doesNotContain("\"imageRef\":\"");
        assertThat(provider.needs("main", "small").byName())
                .containsEntry("volumes", 1L)
                .containsEntry("volume-gb", 30L);
        assertThat(instance.usable()).isTrue();
    }

    @Test
    @Behaviour("L23")
    void passesSecurityGroupsOn() {
        fixture.cloud.glance.image("debian");
        create(fixture.provider(yaml("", NO_FLOATING + "\n        security-groups: [one, two]", "")), "1");
        assertThat(order()).contains("\"security_groups\":[{\"name\":\"one\"},{\"name\":\"two\"}]");

        create(fixture.provider(yaml("", NO_FLOATING, "")), "2");
        assertThat(order()).doesNotContain("security_groups\":[{");
    }

    @Test
    @Behaviour({"L22", "L29"})
    void prefersIpv6WhereTheServerAndThisHostHaveIt() throws IOException {
        fixture.cloud.glance.image("debian");
        fixture.cloud.neutron.network("dual", false, true).put("v6", true);
        var dual = yaml("", NO_FLOATING + "\n        networks: [dual]", "");

        var both = create(fixture.provider(dual, true), "1");
        assertThat(both.addresses().preferred())
                .startsWith("2001:db8::")
                .isEqualTo(both.addresses().publicIpv6());
        assertThat(both.placement().hostId()).startsWith("host-of-");

        var serverOnly = create(fixture.provider(dual, false), "2");
        assertThat(serverOnly.addresses().preferred()).startsWith("10.0.0.");

        var neither = create(fixture.provider(yaml("", NO_FLOATING, ""), true), "3");
        assertThat(neither.addresses().publicIpv6()).isNull();
        assertThat(neither.addresses().preferred()).startsWith("10.0.0.");

        fixture.account("    force_ipv4: true\n");
        assertThat(create(fixture.provider(dual, true), "4").addresses().preferred())
                .startsWith("10.0.0.");
    }

    @Test
    void saysWhichNetworkThereIsNot() {
        fixture.cloud.glance.image("debian");

        var failure =
                failure(fixture.provider(yaml("", "networks: [nowhere]", "")).create(spec("1"), id -> {}));

        assertThat(failure.fault()).isEqualTo(Fault.INVALID_CONFIGURATION);
        assertThat(failure).hasMessage("the cloud has no network \"nowhere\"");
        assertThat(fixture.cloud.nova.servers()).isEmpty();
    }

    @Test
    @Behaviour("L83")
    void givesAServerItsPropertiesAlsoThoseOfTheRequest() {
        fixture.cloud.glance.image("debian");
        var provider = fixture.provider(yaml(
                "",
                NO_FLOATING,
                "instance-properties: {a: one, groups: mine, b: two}, dynamic-instance-properties: {b: '{request.id}-x',"
                        + " tenant: '{request.tenant_name}', labels: '{request.labels}', job: '{request.requestor_data[job]}',"
                        + " bad: '{request.nothing}', braces: '{{x}}'}"));

        get(provider.create(
                spec(
                        "7",
                        Map.of(
                                "id",
                                "200-1",
                                "labels",
                                List.of("small", "other"),
                                "requestor_data",
                                Map.of("job", "j"))),
                id -> {}));

        assertThat(fixture.cloud.nova.servers().get(0).metadata())
                .containsEntry("a", "one")
                .containsEntry("b", "200-1-x")
                .containsEntry("tenant", "None")
                .containsEntry("labels", "['small', 'other']")
                .containsEntry("job", "j")
                .containsEntry("braces", "{x}")
                .containsEntry("groups", "cloud,debian,small")
                .containsEntry("nodepool_provider_name", "cloud")
                .containsEntry("nodepool_pool_name", "main")
                .doesNotContainKey("bad");
    }

    @Test
    void ordersAnewWhenTheImageWasReplacedUnderItsName() {
        var old = fixture.cloud.glance.image("debian");
        var provider = fixture.provider(yaml("", NO_FLOATING, ""));
        create(provider, "1");
        fixture.cloud.glance.remove(old);
        var fresh = fixture.cloud.glance.image("debian");
        fixture.cloud
                .when("compute", "POST", "/servers$")
                .answer(400, "Image " + old + " could not be found.")
                .times(1);
        var over = new CompletableFuture<Void>();
        fixture.time.after(Duration.ofSeconds(10), () -> over.complete(null));
        get(over);

        create(provider, "2");

        assertThat(order()).contains("\"imageRef\":\"" + fresh + "\"");
    }

    @Test
    void fetchesTheConsole() throws Exception {
        fixture.cloud.glance.image("debian");
        fixture.cloud.nova.console = "line one\nline two\n";
        var provider = fixture.provider(yaml("", NO_FLOATING, ""));
        var instance = create(provider, "1");

        assertThat(provider.consoleLog(instance.id())).contains("line one\nline two\n");
        assertThat(provider.consoleLog(new ExternalId("gone"))).isEmpty();
        assertThat(fixture.metered).contains("compute.POST.server.action");
    }
}
