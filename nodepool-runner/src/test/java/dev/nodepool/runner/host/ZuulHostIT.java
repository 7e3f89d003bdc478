package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.runner.Program;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One launcher serves a Zuul-like client. */
class ZuulHostIT extends ZuulHostBase {

    private static final String UNLIMITED = "instances: -1, cores: -1, ram: -1";

    @ParameterizedTest
    @CsvSource({"200, 1, 2019", "200, 1, 2024", "100, 3, 2019", "100, 3, 2024"})
    void servesRequestsOfBothFormsAndLeavesNothing(int requests, int nodes, String form) throws Exception {
        try (var launcher = launcher(UNLIMITED);
                var client = client(requests, nodes, form)) {
            assertThat(client.waitFor(CLIENT)).as(client::output).isZero();
            awaitNothingLeft();
            launcher.signal("TERM");
            assertThat(launcher.waitFor(START)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"a third, 2024", "requested, 2019"})
    void servesEverythingWhenItIsKilledAndStartedAgain(String when, String form) throws Exception {
        var state = directory.resolve("cloud.state");
        var cloud = UNLIMITED + ", boot-seconds: 0.5, state: " + state;
        try (var killed = launcher(cloud);
                var client = client(120, 1, form)) {
            await().atMost(CLIENT).until(() -> client.output().contains(when) || when.equals("requested") && asked());
            killed.signal("KILL");
            killed.waitFor(START);
            try (var launcher = launcher(cloud)) {
                assertThat(client.waitFor(CLIENT)).as(client::output).isZero();
                awaitNothingLeft();
            }
        }
        assertThat(serversIn(state)).as("machines left in the cloud").isZero();
    }

    private boolean asked() throws Exception {
        return onTree(tree -> tree.exists("/nodepool/nodes")
                .get(10, TimeUnit.SECONDS)
                .filter(stat -> stat.children() > 0)
                .isPresent());
    }

    private HostProgram client(int requests, int nodes, String form) throws IOException {
        return client("-n", String.valueOf(requests), "-k", String.valueOf(nodes), "--form", form);
    }

    private Program launcher(String cloud) throws IOException {
        return launcher(cloud, "{name: bench}", "{name: bench, cloud-image: image, min-ram: 8192}");
    }

    @Test
    void clientItselfNoticesWhenNobodyServes() throws Exception {
        try (var client = client("-n", "1", "--limit", "3")) {
            assertThat(client.waitFor(CLIENT)).isEqualTo(1);
            assertThat(client.output()).contains("no answer to");
        }
    }
}
