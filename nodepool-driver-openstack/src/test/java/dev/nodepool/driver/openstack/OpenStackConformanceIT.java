package dev.nodepool.driver.openstack;

import dev.nodepool.driver.Fault;
import dev.nodepool.driver.conformance.Provocation;
import dev.nodepool.driver.conformance.Provocation.Arrangement;
import dev.nodepool.driver.conformance.Provocation.Call;
import dev.nodepool.driver.conformance.Scratch;
import dev.nodepool.driver.conformance.junit.ConformanceTests;
import dev.nodepool.driver.openstack.fakecloud.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Machines that boot from volumes and have floating IPs, so that there is most to go wrong. By itself: it makes eight
 * machines at a time, and tests beside it would miss the deadlines of their fast clocks.
 */
@Isolated
class OpenStackConformanceIT implements ConformanceTests {

    private static final String YAML = "diskimages: [{name: disk, elements: [vm]}]\n"
            + CloudFixture.yaml("diskimages: [{name: disk}]", "max-servers: 10", "boot-from-volume: true");

    @TempDir
    Path directory;

    private CloudFixture fixture;

    @Override
    public Scratch scratch() throws IOException {
        fixture = new CloudFixture(directory);
        fixture.cloud.glance.image("debian");
        fixture.cloud.nova.boot = Duration.ofSeconds(8);
        fixture.cloud.nova.deletion = Duration.ofSeconds(5);
        var scratch = Scratch.of(
                        new OpenStackDriver(),
                        "cloud",
                        () -> fixture.config(YAML)
                                .provider("cloud")
                                .orElseThrow()
                                .settings())
                .time(fixture.time, fixture.time);
        return scratch.provoking(answer(Call.CREATE, Fault.QUOTA_EXCEEDED, "POST", "/servers$", 403, "Quota exceeded"))
                .provoking(doomed(Fault.QUOTA_EXCEEDED, "Quota exceeded for instances, project exceeds its limit"))
                .provoking(doomed(Fault.NO_CAPACITY, "No valid host was found."))
                .provoking(answer(Call.CREATE, Fault.RATE_LIMITED, "POST", "/servers$", 429, "slow down"))
                .provoking(answer(Call.CREATE, Fault.UNAVAILABLE, "POST", "/servers$", 503, "no server is available"))
                .provoking(answer(Call.CREATE, Fault.INVALID_CONFIGURATION, "POST", "/servers$", 400, "no such key"))
                .provoking(answer(Call.LIST, Fault.UNAVAILABLE, "GET", "/servers/detail", 503, "not now"))
                .provoking(answer(Call.DELETE, Fault.UNAVAILABLE, "DELETE", "/servers/", 503, "not now"))
                .provoking(new Provocation(Call.LIST, Fault.UNAUTHORIZED, provider -> {
                    fixture.cloud.keystone.revoke();
                    fixture.cloud.when("identity", "POST", "/auth/tokens").answer(Reply.error(401, "wrong password"));
                    return fixture.cloud::heal;
                }));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Provocation answer(Call call, Fault fault, String method, String path, int status, String text) {
        return new Provocation(call, fault, provider -> {
            fixture.cloud.when("compute", method, path).answer(status, text);
            return fixture.cloud::heal;
        });
    }

    private Provocation doomed(Fault fault, String text) {
        Arrangement doom = provider -> {
            fixture.cloud.nova.doom = text;
            return () -> fixture.cloud.nova.doom = null;
        };
        return new Provocation(Call.CREATE, fault, doom);
    }
}
