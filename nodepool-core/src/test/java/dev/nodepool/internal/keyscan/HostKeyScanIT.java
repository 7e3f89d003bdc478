package dev.nodepool.internal.keyscan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.testing.LogCapture;
import dev.nodepool.testing.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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

    @Test
    void threeHundredScansShareAFewThreadsAndABoundedNumberOfConnections() throws Exception {
        var some = List.of(
                servers.ssh(TestServers.ALL_TYPES),
                servers.ssh(List.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa")),
                servers.ssh(List.of("ssh-ed25519")));
        var scans = IntStream.range(0, 300)
                .mapToObj(i -> scanner.scan(some.get(i % some.size()), LONG))
                .toList();
        await().atMost(LONG).until(() -> scanThreads() > 0);
        assertThat(scanThreads()).isLessThanOrEqualTo(2);
        var done = CompletableFuture.allOf(scans.toArray(CompletableFuture[]::new));
        done.get(90, TimeUnit.SECONDS);
        assertThat(servers.connections()).isEqualTo(900);
        // A server may hear of an end after the next beginning.
        assertThat(servers.mostAtOnce()).isBetween(2, 2 * HostKeyScanner.MOST_LOOKS);
        assertThat(scans.get(299).join()).isEqualTo(TestServers.lines(List.of("ssh-ed25519")));
    }

    @Test
    void readsKeysFromManyMachinesWhileOthersSayNothing() throws Exception {
        var silent = servers.raw("", false);
        var stuck =
                IntStream.range(0, 50).mapToObj(i -> scanner.scan(silent, LONG)).toList();
        var server = servers.ssh(List.of("ssh-ed25519"));
        var answered = IntStream.range(0, 100)
                .mapToObj(i -> scanner.scan(server, LONG))
                .toList();
        // Well within the time after which a silent machine gives its place back.
        CompletableFuture.allOf(answered.toArray(CompletableFuture[]::new)).get(9, TimeUnit.SECONDS);
        assertThat(stuck).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void waitsForAMachineThatIsNotUpYet() throws Exception {
        var endpoint = TestServers.refusing();
        var scan = scanner.scan(endpoint, LONG);
        await().atMost(LONG).until(() -> scanThreads() > 0);
        servers.ssh(List.of("ssh-ed25519"), server -> server.setPort(endpoint.port()));
        assertThat(scan.get(90, TimeUnit.SECONDS)).isEqualTo(TestServers.lines(List.of("ssh-ed25519")));
    }

    @Test
    void portWithoutKeysNeedsOnlyAcceptAConnection() throws Exception {
        var port = servers.raw("", false).port();
        assertThat(keys(new Endpoint("127.0.0.1", port, false))).isEmpty();
        assertThat(failure(scanner.scan(
                        new Endpoint("127.0.0.1", TestServers.refusing().port(), false), SHORT)))
                .contains("no connection within 1 s: Connection refused");
    }

    @Test
    void resolvesNames() throws Exception {
        var server = servers.ssh(List.of("ssh-ed25519"));
        assertThat(keys(new Endpoint("localhost", server.port(), true)))
                .isEqualTo(TestServers.lines(List.of("ssh-ed25519")));
        assertThat(failure(scanner.scan(new Endpoint("no-such-host.invalid", 22, true), SHORT)))
                .contains("no-such-host.invalid is unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "256.256.256.256", "", "a b", "-", "fake"})
    void oddAddressesFailLikeOthers(String address) throws Exception {
        assertThat(failure(scanner.scan(
                        new Endpoint(address, TestServers.refusing().port(), true), SHORT)))
                .contains("no host keys within 1 s");
    }

    @Test
    void oddPortsFailLikeOthers() throws Exception {
        assertThat(failure(scanner.scan(new Endpoint("127.0.0.1", 70_000, true), SHORT)))
                .contains("no host keys within 1 s");
    }

    @Test
    void closedPortFailsWithTheReason() throws Exception {
        assertThat(failure(scanner.scan(TestServers.refusing(), SHORT)))
                .contains("no host keys within 1 s: Connection refused (attempt 2)");
    }

    static List<Arguments> badServers() {
        var noise = new byte[100_000];
        new Random(7).nextBytes(noise);
        return List.of(
                Arguments.of("says nothing", "", false),
                Arguments.of("closes at once", "", true),
                Arguments.of("closes after its name", "SSH-2.0-bad\r\n", true),
                Arguments.of("stops in its name", "SSH-2.0-ba", false),
                Arguments.of("speaks another version", "SSH-1.5-old\r\n", false),
                Arguments.of("speaks HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n<html></html>\r\n", false),
                Arguments.of("greets for ever", "welcome to this machine\r\n".repeat(50_000), false),
                Arguments.of("has a name without end", "SSH-2.0-" + "x".repeat(1_000_000), false),
                Arguments.of("is noise", new String(noise, StandardCharsets.ISO_8859_1), false),
                Arguments.of(
                        "is noise after its name",
                        "SSH-2.0-bad\r\n" + new String(noise, StandardCharsets.ISO_8859_1),
                        false),
                Arguments.of(
                        "claims a huge packet", "SSH-2.0-bad\r\n\u007f\u007f\u007f\u007f" + "x".repeat(1000), false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badServers")
    void badServerFailsInTimeAndLeavesNothing(String how, String greeting, boolean closing) throws Exception {
        try (var log = new LogCapture("org.apache.sshd")) {
            var bad = servers.raw(greeting.getBytes(StandardCharsets.ISO_8859_1), closing);
            assertThat(failure(scanner.scan(bad, SHORT))).contains("no host keys within 1 s: ");
            assertThat(servers.connections()).isPositive();
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void cancelledScanClosesItsConnection() throws Exception {
        var silent = servers.raw("SSH-2.0-slow\r\n", false);
        var scan = scanner.scan(silent, LONG);
        await().atMost(LONG).until(() -> servers.connections() == 1);
        scan.cancel(true);
        await().atMost(LONG).until(() -> scanThreads() == 0);
        await().atMost(LONG).until(() -> servers.closedByClient() == 1);
    }

    @Test
    void connectionThatLeadsNowhereIsGivenUpAfterTenSecondsAndTriedAgain() throws Exception {
        var time = new ManualTime();
        try (var manual = HostKeyScanner.open(new Threads(time, threads.shared(), time))) {
            var silent = servers.raw("SSH-2.0-slow\r\n", false);
            var scan = manual.scan(silent, LONG);
            await().atMost(LONG).until(() -> servers.connections() == 1);
            time.advance(KeyReading.CONNECTION);
            await().atMost(LONG).until(() -> servers.closedByClient() == 1);
            await().atMost(LONG).until(() -> {
                time.advance(HostKeyScanner.PAUSE);
                return servers.connections() == 2;
            });
            scan.cancel(true);
        }
    }
}
