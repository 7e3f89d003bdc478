package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.failure;
import static dev.nodepool.driver.openstack.CloudFixture.fault;
import static dev.nodepool.driver.openstack.CloudFixture.get;
import static dev.nodepool.driver.openstack.CloudFixture.spec;
import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.openstack.fakecloud.FakeKeystone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins, and what becomes of calls whose token dies. */
class TokenIT {

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
        fixture.pass(Duration.ofSeconds(150));
        get(provider.list());
        assertThat(logins()).isEqualTo(1);

        fixture.pass(Duration.ofSeconds(60));
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

        fixture.pass(Duration.ofSeconds(31));
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
}
