package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.failure;
import static dev.nodepool.driver.openstack.CloudFixture.fault;
import static dev.nodepool.driver.openstack.CloudFixture.get;
import static dev.nodepool.driver.openstack.CloudFixture.spec;
import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.openstack.fakecloud.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses and faults of calls. */
class SessionIT {

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
    void findsServicesUnderOddTypesAndAtOddAddresses() throws Exception {
        fixture.cloud.keystone.catalog.put("image", new String[] {"image", "/image/v2/"});
        fixture.cloud.keystone.catalog.put("network", new String[] {"network", "/network/v2.0"});
        fixture.cloud.keystone.catalog.put("compute", new String[] {"my-compute", "/nowhere"});
        fixture.account("    compute_service_type: my-compute\n    compute_endpoint_override: " + fixture.cloud.url()
                + "/compute\n");
        var provider = fixture.provider(yaml("", "max-servers: 5\n        networks: [private]", ""));

        get(provider.create(spec("1"), id -> {}));

        assertThat(fixture.cloud.nova.servers()).hasSize(1);
    }

    @Test
    void saysWhichServiceTheCatalogLacks() {
        fixture.cloud.keystone.catalog.remove("compute");

        var failure = failure(fixture.provider().list());

        assertThat(failure.fault()).isEqualTo(Fault.INVALID_CONFIGURATION);
        assertThat(failure).hasMessage("cloud fake has no public endpoint of type compute in region one");
    }

    @Test
    void givesASlowCallUpAtItsDeadline() {
        fixture.cloud.when("compute", "POST", "/servers$").answerAfter(Duration.ofSeconds(5));
        fixture.cloud.when("compute", "GET", "/os-availability-zone").delay(Duration.ofSeconds(5));
        var provider = fixture.provider();

        // What came of the call is found in the listing.
        assertThat(get(provider.create(spec("1"), id -> {})).usable()).isTrue();
        assertThat(fixture.cloud.seen("compute", "POST", "/servers")).hasSize(1);
        assertThatThrownBy(provider::zones)
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE))
                .hasMessageMatching(
                        "GET compute os-availability-zone at 127[.]0[.]0[.]1:\\d+ failed, no answer within 60 s");
    }

    @Test
    void repeatsABrokenCallOnceUnlessItMakesSomething() {
        var provider = fixture.provider();
        var dropped =
                fixture.cloud.when("compute", "GET", "/servers/detail").drop().times(1);
        get(provider.list());
        assertThat(dropped.used()).isEqualTo(1);

        fixture.cloud.when("compute", "POST", "/servers$").drop();
        assertThat(fault(provider.create(spec("1"), id -> {}))).isEqualTo(Fault.UNCLEAR);
        assertThat(fixture.cloud.seen("compute", "POST", "/servers")).hasSize(1);
    }

    @Test
    void isUnavailableWhenNobodyAnswersAtAll() {
        var provider = fixture.provider();
        get(provider.list());
        fixture.cloud.close();

        assertThat(fault(provider.list())).isEqualTo(Fault.UNAVAILABLE);
        assertThat(fault(provider.create(spec("1"), id -> {}))).isEqualTo(Fault.UNAVAILABLE);
    }

    @Test
    void anAnswerThatIsNoJsonIsAFaultOfTheCloud() {
        fixture.cloud
                .when("compute", "GET", "/servers/detail")
                .answer(new Reply(
                        200,
                        Map.of("Content-Type", "text/html"),
                        "<html>proxy</html>".getBytes(StandardCharsets.UTF_8)));

        assertThat(fault(fixture.provider().list())).isEqualTo(Fault.UNAVAILABLE);
    }

    @Test
    void followsNoRedirectionWithItsToken() {
        fixture.cloud
                .when("compute", "GET", "/servers/detail")
                .answer(Reply.empty(302).with("Location", fixture.cloud.url() + "/compute/v2.1/elsewhere"));

        var failure = failure(fixture.provider().list());

        assertThat(failure.fault()).isEqualTo(Fault.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("answered 302");
        assertThat(fixture.cloud.seen("compute", "GET", "/elsewhere")).isEmpty();
    }

    @Test
    void a404OfSomebodyElseIsNotTakenForAServerThatIsGone() {
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));
        var instance = get(provider.create(spec("1"), id -> {}));
        fixture.cloud
                .when("compute", "DELETE", "/servers")
                .answer(new Reply(404, Map.of(), "<html>no such page</html>".getBytes(StandardCharsets.UTF_8)))
                .times(1);
        assertThat(fault(provider.delete(instance.id()))).isEqualTo(Fault.UNAVAILABLE);

        fixture.cloud
                .when("compute", "DELETE", "/servers")
                .answer(404, "not here")
                .times(1);
        assertThat(fault(provider.delete(instance.id()))).isEqualTo(Fault.UNEXPECTED);

        fixture.cloud.keystone.revoke();
        fixture.cloud
                .when("identity", "POST", "/auth/tokens")
                .answer(404, "not here")
                .times(1);
        assertThat(fault(provider.delete(instance.id()))).isEqualTo(Fault.UNAVAILABLE);

        assertThat(fixture.cloud.nova.servers()).hasSize(1);
        get(provider.delete(instance.id()));
    }
}
