package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.openstack.fakecloud.FakeNova.FakeServer;
import dev.nodepool.driver.openstack.fakecloud.Reply;
import dev.nodepool.testing.Behaviour;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the whole launcher makes of each kind of fault: the cloud's answers in, the fate of requests out. */
class FaultTableIT {

    private static final String POOL = "max-servers: 10";

    @TempDir
    Path directory;

    private CloudFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new CloudFixture(directory);
        fixture.cloud.glance.image("debian");
        fixture.cloud.nova.boot = Duration.ofSeconds(2);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private LauncherFixture launcher(String provider) {
        return new LauncherFixture(fixture, yaml(provider, POOL, ""));
    }

    private int orders() {
        return fixture.cloud.seen("compute", "POST", "/servers").size();
    }

    private void emptied(LauncherFixture launcher) {
        launcher.awaitNoNodes();
        launcher.until("no servers", () -> launcher.servers().isEmpty());
    }

    @Test
    void quotaExceededWaitsAndUsesNoAttempt() {
        try (var launcher = launcher("launch-retries: 1")) {
            var refusals = fixture.cloud
                    .when("compute", "POST", "/servers$")
                    .answer(403, "Quota exceeded for cores: Requested 2, but already used 100 of 100 cores")
                    .times(3);
            var request = launcher.ask("small");

            launcher.until("refused three times", () -> refusals.used() == 3);
            launcher.awaitState(request, "fulfilled");

            assertThat(orders()).isEqualTo(4);
            launcher.use(request);
            emptied(launcher);
        }
    }

    @Test
    void quotaExceededAsAServerInErrorWaitsToo() {
        fixture.cloud.nova.doom = "Quota exceeded for instances, project exceeds its limit";
        try (var launcher = launcher("launch-retries: 1")) {
            var request = launcher.ask("small");
            launcher.until("refused", () -> orders() > 0);
            fixture.cloud.nova.doom = null;

            launcher.awaitState(request, "fulfilled");

            launcher.use(request);
            emptied(launcher);
        }
    }

    @Test
    void noCapacityTriesEveryZoneAndThenDeclinesInTheCloudsWords() {
        fixture.cloud.nova.doom = "No valid host was found. There are not enough hosts available.";
        try (var launcher = launcher("launch-retries: 1")) {
            var request = launcher.ask("small");

            launcher.awaitState(request, "failed");

            var zones = new HashSet<String>();
            fixture.cloud.seen("compute", "POST", "/servers").forEach(order -> {
                zones.add(order.text().replaceFirst(".*\"availability_zone\":\"([^\"]*)\".*", "$1"));
            });
            assertThat(zones).containsExactlyInAnyOrder("az1", "az2");
            assertThat(orders()).isEqualTo(2);
            emptied(launcher);
        }
    }

    @Test
    void rateLimitedWaitsAsToldAndUsesNoAttempt() {
        fixture.cloud
                .when("compute", "POST", "/servers$")
                .answer(Reply.error(429, "slow down").with("Retry-After", "7"))
                .times(2);
        try (var launcher = launcher("launch-retries: 1")) {
            var began = fixture.time.instant();
            var request = launcher.ask("small");

            launcher.awaitState(request, "fulfilled");

            assertThat(orders()).isEqualTo(3);
            assertThat(Duration.between(began, fixture.time.instant())).isGreaterThan(Duration.ofSeconds(14));
        }
    }

    @Test
    void unavailableBacksOffAndNothingFails() {
        fixture.cloud
                .when("compute", "POST", "/servers$")
                .answer(503, "No server is available to handle this request.")
                .times(3);
        try (var launcher = launcher("launch-retries: 1")) {
            var began = fixture.time.instant();
            var request = launcher.ask("small");

            launcher.awaitState(request, "fulfilled");

            assertThat(orders()).isEqualTo(4);
            assertThat(Duration.between(began, fixture.time.instant())).isGreaterThan(Duration.ofSeconds(6));
            launcher.use(request);
            emptied(launcher);
        }
    }

    @Test
    void unauthorizedBacksOffUntilTheAccountWorksAgain() {
        try (var launcher = launcher("launch-retries: 1")) {
            launcher.until("the provider is known", () -> fixture.cloud.seen().size() > 3);
            fixture.cloud.keystone.revoke();
            var refused = fixture.cloud.when("identity", "POST", "/auth/tokens").answer(401, "wrong password");
            var request = launcher.ask("small");

            launcher.until("refused", () -> refused.used() > 1);
            assertThat(launcher.state(request)).isNotEqualTo("failed");
            fixture.cloud.heal();

            launcher.awaitState(request, "fulfilled");
        }
    }

    @Test
    void invalidConfigurationDeclinesAtOnce() {
        fixture.cloud.when("compute", "POST", "/servers$").answer(400, "Invalid key_name provided.");
        try (var launcher = launcher("")) {
            var request = launcher.ask("small");

            launcher.awaitState(request, "failed");

            assertThat(orders()).isEqualTo(1);
            emptied(launcher);
        }
    }

    @Test
    @Behaviour("L11")
    void oneRequestFailsOnAZoneThatIsNoMoreAndTheNextOneSucceedsInANewOne() {
        try (var launcher = launcher("")) {
            launcher.until(
                    "zones are known",
                    () -> !fixture.cloud
                            .seen("compute", "GET", "/os-availability-zone")
                            .isEmpty());
            launcher.pass(Duration.ofSeconds(20));
            fixture.cloud.nova.zones = List.of("az7");

            var first = launcher.ask("small");
            launcher.awaitState(first, "failed");
            launcher.until(
                    "zones are asked for again",
                    () -> fixture.cloud
                                    .seen("compute", "GET", "/os-availability-zone")
                                    .size()
                            > 1);
            launcher.pass(Duration.ofSeconds(2));
            var second = launcher.ask("small");
            launcher.awaitState(second, "fulfilled");

            assertThat(launcher.servers()
                            .get(0)
                            .json
                            .path("OS-EXT-AZ:availability_zone")
                            .asText())
                    .isEqualTo("az7");
        }
    }

    @Test
    @Behaviour("L31")
    void aServerThatIsListedAsDeletedIsGone() {
        fixture.cloud.nova.showsDeleted = true;
        try (var launcher = launcher("")) {
            var request = launcher.ask("small");
            launcher.awaitState(request, "fulfilled");

            launcher.use(request);

            emptied(launcher);
        }
    }

    @Test
    @Behaviour("L28")
    void theConfiguredZoneIsOnTheNode() {
        try (var launcher = new LauncherFixture(fixture, yaml("", "availability-zones: [az2]", ""))) {
            var request = launcher.ask("small");
            launcher.awaitState(request, "fulfilled");

            var node = launcher.node(launcher.request(request).nodes().get(0));
            assertThat(node.doc().text("az")).contains("az2");
            assertThat(node.doc().text("username")).contains("debian");
            assertThat(node.doc().text("host_id")).isPresent();
            assertThat(node.doc().text("hostname")).contains("small-cloud-" + node.id());
        }
    }

    @Test
    void unexpectedUsesAnAttemptAndLeavesNothing() {
        fixture.cloud.nova.doom = "Build of instance aborted";
        try (var launcher = launcher("launch-retries: 3")) {
            var request = launcher.ask("small");

            launcher.awaitState(request, "failed");

            assertThat(orders()).isEqualTo(3);
            emptied(launcher);
        }
    }

    @Test
    void notFoundOnDeletionIsSuccess() {
        try (var launcher = launcher("")) {
            var request = launcher.ask("small");
            launcher.awaitState(request, "fulfilled");
            fixture.cloud.when("compute", "DELETE", "/servers/").lose().times(2);

            launcher.use(request);

            emptied(launcher);
        }
    }

    @Test
    void aLostAnswerToACreateCallNeverMakesASecondServer() {
        fixture.cloud.when("compute", "POST", "/servers$").lose().times(5);
        try (var launcher = launcher("launch-retries: 1")) {
            var requests = new HashSet<String>();
            for (int i = 0; i < 5; i++) {
                requests.add(launcher.ask("small"));
            }

            requests.forEach(request -> launcher.awaitState(request, "fulfilled"));

            assertThat(orders()).isEqualTo(5);
            assertThat(launcher.servers()).hasSize(5);
            assertThat(launcher.servers())
                    .extracting(s -> s.metadata().get(LaunchSpec.NODE_ID))
                    .doesNotHaveDuplicates();
            requests.forEach(launcher::use);
            emptied(launcher);
        }
    }

    @Test
    void aDroppedCreateCallIsTriedAgainOnlyWhenNoServerCameOfIt() {
        fixture.cloud.when("compute", "POST", "/servers$").drop().times(1);
        try (var launcher = launcher("launch-retries: 2")) {
            var request = launcher.ask("small");

            launcher.awaitState(request, "fulfilled");

            assertThat(launcher.servers()).hasSize(1);
            assertThat(orders()).isEqualTo(2);
        }
    }

    @Test
    void aTokenThatDiesEarlyIsRenewedOnce() {
        try (var launcher = launcher("")) {
            var first = launcher.ask("small");
            launcher.awaitState(first, "fulfilled");
            fixture.cloud.keystone.revoke();
            var logins = fixture.cloud.keystone.logins.size();
            var requests = new HashSet<String>();
            for (int i = 0; i < 6; i++) {
                requests.add(launcher.ask("small"));
            }

            requests.forEach(request -> launcher.awaitState(request, "fulfilled"));

            assertThat(fixture.cloud.keystone.logins).hasSize(logins + 1);
            assertThat(launcher.servers()).hasSize(7);
        }
    }

    @Test
    void theSweeperDeletesNothingWhenTheRecordsAreLost() {
        try (var launcher = launcher("")) {
            for (int i = 0; i < 8; i++) {
                launcher.awaitState(launcher.ask("small"), "fulfilled");
            }
            assertThat(launcher.servers()).hasSize(8);

            launcher.loseNodes();
            launcher.pass(Duration.ofSeconds(200));

            assertThat(launcher.servers()).hasSize(8);
            assertThat(fixture.cloud.seen("compute", "DELETE", ".*")).isEmpty();
        }
    }

    @Test
    void theSweeperDeletesWhatIsOursAndUnknownAndNothingElse() {
        try (var launcher = launcher("")) {
            var request = launcher.ask("small");
            launcher.awaitState(request, "fulfilled");
            var ours = launcher.servers().get(0);
            var leaked = new java.util.HashMap<>(ours.metadata());
            leaked.put(LaunchSpec.LAUNCH, "of a launch nobody knows");
            leaked.put(LaunchSpec.NODE_ID, "0000009999");
            var lost = fixture.cloud.nova.foreign("small", leaked);
            fixture.cloud.nova.foreign("small", Map.of(LaunchSpec.PROVIDER, "cloud", LaunchSpec.NODE_ID, "0000009998"));

            launcher.until(
                    "the leak is gone",
                    () -> launcher.servers().stream().map(FakeServer::id).noneMatch(lost.id()::equals));

            assertThat(launcher.servers()).hasSize(2);
        }
    }
}
