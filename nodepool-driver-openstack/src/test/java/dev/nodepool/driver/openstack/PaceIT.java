package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.failure;
import static dev.nodepool.driver.openstack.CloudFixture.fault;
import static dev.nodepool.driver.openstack.CloudFixture.get;
import static dev.nodepool.driver.openstack.CloudFixture.spec;
import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.openstack.fakecloud.Reply;
import dev.nodepool.driver.openstack.fakecloud.Rule;
import dev.nodepool.driver.openstack.fakecloud.Seen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When calls are sent: their distance, their order, their number at a time, and what is asked again. */
class PaceIT {

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

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 429, 500, 503})
    void aListingThatFailsEndsNeitherLaunchNorDeletion(int status) {
        fixture.cloud.nova.boot = Duration.ofSeconds(3);
        var provider = fixture.provider();
        var launch = failingTwice("compute", "/servers/detail", status);
        var instance = get(provider.create(spec("1"), id -> {}));

        // One that does not know the floating IP looks for it, and then watches the server go.
        var addresses = failingTwice("network", "/floatingips", status);
        var deletion = failingTwice("compute", "/servers/detail", status);
        get(fixture.provider().delete(instance.id()));

        assertThat(List.of(launch, addresses, deletion)).allMatch(rule -> rule.used() == 2);
        assertThat(fixture.cloud.seen("compute", "POST", "/servers")).hasSize(1);
        assertThat(fixture.cloud.nova.servers()).isEmpty();
        assertThat(fixture.cloud.neutron.floatingIps()).isEmpty();
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotAskedForAgain() {
        var id = get(fixture.provider().create(spec("1"), x -> {})).id();
        var addresses = fixture.cloud.when("network", "GET", "/floatingips").answer(503, "not now");
        var provider = fixture.provider();
        var deletion = provider.delete(id);
        await().until(() -> addresses.used() == 2);

        deletion.cancel(true);

        fixture.pass(Duration.ofSeconds(60));
        assertThat(addresses.used()).isLessThanOrEqualTo(3);
        assertThat(fixture.cloud.seen("compute", "DELETE", "/servers/.*")).isEmpty();
    }

    private Rule failingTwice(String service, String path, int status) {
        return fixture.cloud
                .when(service, "GET", path)
                .answer(status, "not now")
                .times(2);
    }

    @Test
    void keepsTheDistanceBetweenCallsAndLetsDeletionsGoFirst() {
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", "").replace("rate: 0", "rate: 2"));
        var victims = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            victims.add(fixture.cloud.nova.foreign("small", Map.of()).id());
        }
        get(provider.create(spec("0"), id -> {}));
        fixture.cloud.forget();
        var began = fixture.time.instant();

        var creations = new ArrayList<CompletableFuture<Instance>>();
        for (int i = 1; i <= 4; i++) {
            creations.add(provider.create(spec("" + i), id -> {}));
        }
        var deletions =
                victims.stream().map(id -> provider.delete(new ExternalId(id))).toList();
        await().until(() -> fixture.cloud.seen("compute", "POST", "/servers").size() == 4);

        var took = Duration.between(began, fixture.time.instant());
        var calls = fixture.cloud.seen().stream()
                .filter(c -> c.service().equals("compute") && !c.method().equals("GET"))
                .map(Seen::method)
                .toList();
        assertThat(calls.subList(1, 4)).as(calls.toString()).contains("DELETE");
        assertThat(calls.lastIndexOf("DELETE")).as(calls.toString()).isLessThanOrEqualTo(3);
        assertThat(took).isGreaterThan(Duration.ofSeconds(11));
        deletions.forEach(CloudFixture::get);
        creations.forEach(CloudFixture::get);
    }

    @Test
    void asksAFailingCloudLessAndLessOften() {
        var failing = fixture.cloud.when("compute", "GET", "/servers/detail").answer(500, "x");
        var provider = fixture.provider();
        CompletableFuture<Listing<Instance>> last = provider.list();
        var began = fixture.time.instant();
        while (Duration.between(began, fixture.time.instant()).compareTo(Duration.ofSeconds(60)) < 0) {
            failure(last);
            last = provider.list();
        }

        assertThat(failing.used()).isBetween(4, 7);
    }

    @Test
    void waitsAsLongAsTheCloudAsksBetweenListings() {
        fixture.cloud
                .when("compute", "GET", "/servers/detail")
                .answer(Reply.error(429, "slow down").with("Retry-After", "20"))
                .times(1);
        var provider = fixture.provider();
        var failure = failure(provider.list());
        var began = fixture.time.instant();
        assertThat(failure.fault()).isEqualTo(Fault.RATE_LIMITED);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(20));

        get(provider.list());

        assertThat(Duration.between(began, fixture.time.instant())).isGreaterThan(Duration.ofSeconds(18));
    }

    @Test
    void keepsMostCallsWaitingHereWhenTheCloudIsSlow() {
        fixture.cloud.nova.limits.put("maxTotalInstances", -1L);
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));
        get(provider.create(spec("0"), id -> {}));
        var orders = fixture.cloud.when("compute", "POST", "/servers$").delay(Duration.ofMillis(400));
        fixture.cloud.forget();

        var creations = new ArrayList<CompletableFuture<Instance>>();
        for (int i = 1; i <= 40; i++) {
            creations.add(provider.create(spec("" + i), id -> {}));
        }
        creations.remove(39).cancel(true);

        creations.forEach(CloudFixture::get);
        assertThat(orders.mostAtATime()).isBetween(8, 16);
        assertThat(fixture.cloud.seen("compute", "POST", "/servers")).hasSize(39);
    }

    @Test
    void leavesAServiceAloneThatAsksForIt() {
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));
        get(provider.create(spec("0"), id -> {}));
        var limited = fixture.cloud
                .when("compute", "POST", "/servers$")
                .answer(Reply.error(429, "slow down").with("Retry-After", "10"));
        assertThat(fault(provider.create(spec("1"), id -> {}))).isEqualTo(Fault.RATE_LIMITED);
        fixture.cloud.forget();
        var began = fixture.time.instant();
        var creations = new ArrayList<CompletableFuture<Instance>>();
        for (int i = 2; i <= 6; i++) {
            creations.add(provider.create(spec("" + i), id -> {}));
        }

        fixture.cloud.heal();
        creations.forEach(CloudFixture::get);

        assertThat(limited.used()).isEqualTo(1);
        assertThat(Duration.between(began, fixture.time.instant())).isGreaterThan(Duration.ofSeconds(8));
    }

    @Test
    void ordersFirstWhatWasAskedForFirst() {
        fixture.cloud.when("identity", "POST", "/auth/tokens").answerAfter(Duration.ofMillis(100));
        fixture.cloud.when("compute", "GET", "/flavors").answerAfter(Duration.ofMillis(100));
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", "").replace("rate: 0", "rate: 6"));
        var creations = new ArrayList<CompletableFuture<Instance>>();
        for (int i = 0; i < 5; i++) {
            creations.add(provider.create(spec("" + i), id -> {}));
        }

        creations.forEach(CloudFixture::get);

        assertThat(fixture.cloud.seen("compute", "POST", "/servers"))
                .map(order -> order.text().replaceFirst("(?s).*\"name\":\"small-cloud-(\\d).*", "$1"))
                .containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void endsWhatIsCancelledWithoutSendingIt() {
        var provider = fixture.provider(yaml("", "max-servers: 5", "").replace("rate: 0", "rate: 5"));
        get(provider.create(spec("0"), id -> {}));
        var first = provider.create(spec("1"), id -> {});
        var second = provider.create(spec("2"), id -> {});
        second.cancel(true);

        get(first);
        fixture.pass(Duration.ofSeconds(12));

        assertThat(fixture.cloud.nova.servers()).hasSize(2);
    }
}
