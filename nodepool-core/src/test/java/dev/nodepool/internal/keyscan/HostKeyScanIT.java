package dev.nodepool.internal.keyscan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.runtime.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostKeyScanIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(1500);

    private final Threads threads = Threads.real("scan-test");
    private final HostKeyScanner scanner = HostKeyScanner.open(threads);
    private final TestServers servers = new TestServers();

    @AfterEach
    void everythingIsGivenBack() throws Exception {
        scanner.close();
        await().atMost(LONG).until(() -> scanThreads() == 0 && servers.openNow() == 0);
        servers.close();
        threads.close();
    }

    private static long scanThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("host-keys"))
                .count();
    }

    private List<String> keys(Endpoint endpoint) throws Exception {
        return scanner.scan(endpoint, LONG).get(90, TimeUnit.SECONDS);
    }

    private static String failure(CompletableFuture<?> scan) throws Exception {
        return scan.handle((x, failure) -> String.valueOf(failure)).get(90, TimeUnit.SECONDS);
    }

    @Test
    void readsTheKeysOfAllTypesWithOneConnectionForEachAndWithoutLogin() throws Exception {
        var server = servers.ssh(TestServers.ALL_TYPES);
        assertThat(keys(server)).isEqualTo(TestServers.lines(TestServers.ALL_TYPES));
        assertThat(servers.connections()).isEqualTo(5);
        assertThat(servers.logins()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"})
    void connectsOnceWhereOneTypeIsOffered(String type) throws Exception {
        var server = servers.ssh(List.of(type));
        assertThat(keys(server)).isEqualTo(TestServers.lines(List.of(type)));
        assertThat(servers.connections()).isEqualTo(1);
    }
}
