package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.openstack.fakecloud.Seen;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientsIT {

    @TempDir
    Path directory;

    @Test
    void providersWithTheSameTlsShareConnectionsAndOthersDoNot() throws IOException {
        try (var fixture = new CloudFixture(directory)) {
            var one = fixture.provider();
            var other = fixture.provider();
            get(one.list());
            get(other.list());
            var connections = connections(fixture);
            assertThat(connections).hasSize(1);

            fixture.account("    verify: false\n");
            fixture.cloud.forget();
            get(fixture.provider().list());
            assertThat(connections(fixture)).isNotEmpty().doesNotContainAnyElementsOf(connections);
            get(one.list());
        }
    }

    private static Set<String> connections(CloudFixture fixture) {
        return fixture.cloud.seen().stream().map(Seen::connection).collect(Collectors.toSet());
    }
}
