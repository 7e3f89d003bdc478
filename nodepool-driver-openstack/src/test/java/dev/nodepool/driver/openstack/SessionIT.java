package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.failure;
import static dev.nodepool.driver.openstack.CloudFixture.fault;
import static dev.nodepool.driver.openstack.CloudFixture.get;
import static dev.nodepool.driver.openstack.CloudFixture.spec;
import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.openstack.fakecloud.FakeKeystone;
import dev.nodepool.driver.openstack.fakecloud.Reply;
import dev.nodepool.driver.openstack.fakecloud.Rule;
import dev.nodepool.driver.openstack.fakecloud.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

/** Tokens, addresses, pace and faults of calls. */
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

    private int logins() {
        return fixture.cloud.keystone.logins.size();
    }

    private void pass(Duration time) {
        var over = new CompletableFuture<Void>();
        fixture.time.after(time, () -> over.complete(null));
        get(over);
    }

    @Test
    void logsInOnceForAll() {
        var provider = fixture.provider();
        var creations = new ArrayList<CompletableFuture<Instance>>();
        for (int i = 0; i < 10; i++) {
            creations.add(provider.create(spec("" + i), id -> {}));
        }

        creations.forEach(CloudFixture::get);

        assertThat(logins()).isEqualTo(1);
        assertThat(fixture.cloud.keystone.method()).isEqualTo("password");
        assertThat(fixture.cloud.keystone.logins.get(0).path("scope").toString())
                .isEqualTo("{\"project\":{\"name\":\"ci\",\"domain\":{\"id\":\"default\"}}}");
    }

    @Test
    void renewsATokenBeforeItExpires() throws Exception {
        fixture.cloud.keystone.life = Duration.ofSeconds(300);
        var provider = fixture.provider();
        get(provider.list());
        pass(Duration.ofSeconds(150));
        get(provider.list());
        assertThat(logins()).isEqualTo(1);

        pass(Duration.ofSeconds(60));
        get(provider.list());

        assertThat(logins()).isEqualTo(2);
    }

    @Test
    void usesAShortLivedTokenForHalfItsLife() {
        fixture.cloud.keystone.life = Duration.ofSeconds(60);
        var provider = fixture.provider();
        get(provider.list());
        get(provider.list());
        assertThat(logins()).isEqualTo(1);

        pass(Duration.ofSeconds(31));
        get(provider.list());

        assertThat(logins()).isEqualTo(2);
    }

    @Test
    void renewsARefusedTokenOnceForAllAndRepeatsTheCalls() {
        var provider = fixture.provider();
        get(provider.create(spec("0"), id -> {}));
        fixture.cloud.keystone.revoke();
        fixture.cloud.when("identity", "POST", "/auth/tokens").answerAfter(Duration.ofMillis(100));

        var creations = new ArrayList<CompletableFuture<Instance>>();
        for (int i = 1; i <= 8; i++) {
            creations.add(provider.create(spec("" + i), id -> {}));
        }
        creations.forEach(CloudFixture::get);

        assertThat(logins()).isEqualTo(2);
        assertThat(fixture.cloud.nova.servers()).hasSize(9);
    }

    @Test
    void fetchesOneMoreTokenForAllAfterAPauseWhenTheNewOneIsDeadToo() {
        var provider = fixture.provider();
        get(provider.create(spec("0"), id -> {}));
        fixture.cloud.keystone.revokeAndGiveOutDead(1);
        var began = fixture.time.instant();

        var creations = new ArrayList<CompletableFuture<Instance>>();
        for (int i = 1; i <= 8; i++) {
            creations.add(provider.create(spec("" + i), id -> {}));
        }
        creations.forEach(CloudFixture::get);

        assertThat(logins()).isEqualTo(3);
        assertThat(fixture.cloud.nova.servers()).hasSize(9);
        assertThat(Duration.between(began, fixture.time.instant())).isGreaterThan(Duration.ofSeconds(2));
    }

    @Test
    void isUnauthorizedWhenEveryNewTokenIsRefused() {
        var refused = fixture.cloud.when("compute", "GET", "/servers/detail").answer(401, "no");

        assertThat(fault(fixture.provider().list())).isEqualTo(Fault.UNAUTHORIZED);

        assertThat(refused.used()).isEqualTo(3);
        assertThat(logins()).isEqualTo(3);
    }

    @Test
    void aServiceThatRefusesEveryTokenKeepsNoOtherFromWorking() {
        fixture.cloud.when("network", "GET", "").answer(401, "no");
        var provider = fixture.provider(yaml("", "auto-floating-ip: false", ""));
        get(provider.create(spec("0"), id -> {}));
        var failing = fixture.provider().create(spec("1"), id -> {});
        get(provider.create(spec("2"), id -> {}));

        assertThat(fault(failing)).isEqualTo(Fault.UNAUTHORIZED);
        assertThat(fixture.cloud.nova.servers()).hasSize(3);
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

        pass(Duration.ofSeconds(60));
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
    void isUnauthorizedWithAWrongPasswordAndDoesNotTellIt() throws IOException {
        var wrong = "not-the-password";
        fixture.account("");
        var file = directory.resolve("clouds.yaml");
        Files.writeString(file, Files.readString(file).replace(FakeKeystone.PASSWORD, wrong));

        var failure = failure(fixture.provider().list());

        assertThat(failure.fault()).isEqualTo(Fault.UNAUTHORIZED);
        assertThat(failure)
                .hasMessageContaining("POST identity tokens answered 401")
                .message()
                .doesNotContain(wrong);
    }

    @Test
    void logsInWithAnApplicationCredential() throws IOException {
        Files.writeString(directory.resolve("clouds.yaml"), """
                clouds:
                  fake:
                    auth_type: v3applicationcredential
                    auth: {auth_url: %s/identity/v3, application_credential_name: a, username: u,
                      user_domain_name: D, application_credential_secret: %s}
                """.formatted(fixture.cloud.url(), FakeKeystone.PASSWORD));
        var provider = fixture.provider();

        get(provider.list());
        fixture.cloud.keystone.revoke();
        get(provider.list());

        assertThat(fixture.cloud.keystone.logins).hasSize(2).allSatisfy(login -> {
            assertThat(login.path("identity").path("methods").path(0).asText()).isEqualTo("application_credential");
            assertThat(login.path("identity")
                            .path("application_credential")
                            .path("user")
                            .toString())
                    .isEqualTo("{\"name\":\"u\",\"domain\":{\"name\":\"D\"}}");
            assertThat(login.has("scope")).isFalse();
        });
    }

    @Test
    void logsInWithAToken() throws IOException {
        Files.writeString(directory.resolve("clouds.yaml"), """
                clouds:
                  fake: {auth_type: token, auth: {auth_url: %s/identity, token: %s, project_id: p1}}
                """.formatted(fixture.cloud.url(), FakeKeystone.PASSWORD));

        get(fixture.provider().list());

        assertThat(fixture.cloud.keystone.logins.get(0).path("scope").toString())
                .isEqualTo("{\"project\":{\"id\":\"p1\"}}");
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
                .hasMessageContaining("GET compute os-availability-zone failed, no answer within 60 s");
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
        pass(Duration.ofSeconds(12));

        assertThat(fixture.cloud.nova.servers()).hasSize(2);
    }
}
