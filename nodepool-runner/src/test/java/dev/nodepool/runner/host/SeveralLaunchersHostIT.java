package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.runner.Program;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two launchers with the same provider, on one small cloud that both see. */
class SeveralLaunchersHostIT extends ZuulHostBase {

    private static final String LABELS = "{name: small}, {name: large}, {name: other}";
    private static final String POOL = "{name: small, cloud-image: image, min-ram: 8192}, "
            + "{name: large, cloud-image: image, min-ram: 8192}, {name: other, cloud-image: image, min-ram: 8192}";
    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(5);

    private Path state;

    @BeforeEach
    void cloud() {
        state = directory.resolve("cloud.state");
    }

    @ParameterizedTest
    @CsvSource({"20, 200, '1,2,3,1,5'", "4, 60, 3", "4, 60, '3,1,1'"})
    void neverOverbookWhatTheyShareAndServeEverything(int instances, int requests, String sizes) throws Exception {
        try (var first = launcher("first.yaml", instances);
                var second = launcher("second.yaml", instances);
                var client = client(requests, sizes)) {
            assertThat(mostServersUntilDone(client)).isPositive().isLessThanOrEqualTo(instances);
            assertThat(client.waitFor(CLIENT)).as(client::output).isZero();
            awaitNothingLeft();
            // Which of them takes how many is a race; with little room one may always be late.
            assertThat(first.told() + second.told()).contains("is taken by").doesNotContain("Quota exceeded");
        }
        assertThat(serversIn(state)).as("machines left in the cloud").isZero();
    }

    @Test
    void serveEverythingWhileOneOfThemIsKilledAgainAndAgain() throws Exception {
        var kills = 0;
        var running = new ArrayList<Program>();
        try (var client = client(300, "1,2,3,1,5")) {
            running.add(launcher("first.yaml", 20));
            running.add(launcher("second.yaml", 20));
            while (!client.endsWithin(BETWEEN_KILLS) && kills < 20) {
                var victim = running.remove(0);
                victim.signal("KILL");
                victim.waitFor(START);
                assertThat(victim.told()).doesNotContain("Quota exceeded");
                victim.close();
                running.add(launcher(kills++ % 2 == 0 ? "first.yaml" : "second.yaml", 20));
            }
            assertThat(client.waitFor(CLIENT)).as(client::output).isZero();
            awaitNothingLeft();
        } finally {
            for (var launcher : running) {
                launcher.close();
            }
        }
        assertThat(kills).as("kills while requests were served").isGreaterThan(1);
        assertThat(serversIn(state)).as("machines left in the cloud").isZero();
    }

    @Test
    void neverMakeMoreReadyNodesThanWantedWhenBothStartAtOnce() throws Exception {
        var labels = "{name: small, min-ready: 10}";
        var pool = "{name: small, cloud-image: image, min-ram: 8192}";
        try (var first = launcher("first.yaml", cloud(100), labels, pool);
                var second = launcher("second.yaml", cloud(100), labels, pool)) {
            onTree(tree -> {
                await("ten nodes, and no more")
                        .atMost(CLIENT)
                        .during(Duration.ofSeconds(5))
                        .pollInterval(Duration.ofMillis(50))
                        .failFast(() -> serversIn(state) > 10)
                        .until(() -> serversIn(state) == 10);
                assertThat(tree.children("/nodepool/nodes").get(10, TimeUnit.SECONDS))
                        .hasSize(10);
                return true;
            });
            assertThat(first.told() + second.told()).contains("Asking for");
        }
    }

    /** Follows the cloud until the client has ended. */
    private long mostServersUntilDone(HostProgram client) {
        var most = new long[1];
        await().atMost(CLIENT).pollInterval(Duration.ofMillis(50)).until(() -> {
            most[0] = Math.max(most[0], serversIn(state));
            return !client.isAlive();
        });
        return most[0];
    }

    private HostProgram client(int requests, String sizes) throws IOException {
        return client("-n", String.valueOf(requests), "-k", sizes, "--labels", "small,large,other");
    }

    private Program launcher(String file, int instances) throws IOException {
        return launcher(file, cloud(instances), LABELS, POOL);
    }

    private String cloud(int instances) {
        return "instances: " + instances + ", cores: -1, ram: -1, boot-seconds: 0.3, state: " + state;
    }
}
