package dev.nodepool.internal.keyscan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.testing.LogCapture;
import dev.nodepool.testing.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostKeyScanIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(2500);

    private final Threads threads = Threads.real("scan-test");
    private final HostKeyScanner scanner = HostKeyScanner.open(threads);
    private final TestServers servers = new TestServers();

    /** Loading and trying out all that MINA knows takes longer than the short scans of some tests. */
    @BeforeAll
    static void firstScan() throws Exception {
        var threads = Threads.real("first-scan");
        try (var servers = new TestServers();
                var scanner = HostKeyScanner.open(threads)) {
            scanner.scan(servers.ssh(List.of("ssh-ed25519")), LONG).get(90, TimeUnit.SECONDS);
        } finally {
            threads.close();
        }
    }

    @AfterEach
    void everythingIsGivenBack() throws Exception {
        scanner.close();
        await().atMost(LONG).until(() -> scanThreads() == 0 && servers.openNow() == 0);
        servers.close();
        threads.close();
    }

    private static long scanThreads() {
        return threads("host-keys");
    }

    private static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
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
        var done = CompletableFuture.allOf(scans.toArray(CompletableFuture[]::new));
        await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> {
            assertThat(scanThreads()).isLessThanOrEqualTo(2);
            assertThat(threads("scan-test")).isLessThan(20);
            return done.isDone();
        });
        done.join();
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
        assertThat(failure(scanner.scan(endpoint, Duration.ofMillis(300)))).contains("Connection refused");
        assertThat(scan).isNotDone();
        servers.ssh(List.of("ssh-ed25519"), server -> server.setPort(endpoint.port()));
        assertThat(scan.get(90, TimeUnit.SECONDS)).isEqualTo(TestServers.lines(List.of("ssh-ed25519")));
    }

    @Test
    void portWithoutKeysNeedsOnlyAcceptAConnection() throws Exception {
        var port = servers.raw("", false).port();
        assertThat(keys(new Endpoint("127.0.0.1", port, false))).isEmpty();
        assertThat(failure(scanner.scan(
                        new Endpoint("127.0.0.1", TestServers.refusing().port(), false), SHORT)))
                .contains("no connection within 2 s: Connection refused");
    }

    @Test
    void resolvesNames() throws Exception {
        var server = servers.ssh(List.of("ssh-ed25519"));
        assertThat(keys(new Endpoint("localhost", server.port(), true)))
                .isEqualTo(TestServers.lines(List.of("ssh-ed25519")));
        assertThat(failure(scanner.scan(new Endpoint("no-such-host.invalid", 22, true), SHORT)))
                .contains("no-such-host.invalid is unknown");
    }

    @Test
    void oddAddressesAndPortsFailLikeOthers() throws Exception {
        var port = TestServers.refusing().port();
        // The VM of the tests knows no IPv6.
        var scans = Stream.of("::1", "256.256.256.256", "", "a b", "-", "fake", "300.1")
                .map(address -> scanner.scan(new Endpoint(address, port, true), SHORT))
                .collect(Collectors.toList());
        scans.add(scanner.scan(new Endpoint("127.0.0.1", 70_000, true), SHORT));
        for (var scan : scans) {
            assertThat(failure(scan)).contains("no host keys within 2 s: ");
        }
    }

    @Test
    void closedPortFailsWithTheReason() throws Exception {
        assertThat(failure(scanner.scan(TestServers.refusing(), SHORT)))
                .contains("no host keys within 2 s: Connection refused (attempt ");
    }

    @Test
    void badServersFailInTimeAndLeaveNothing() throws Exception {
        var noise = new byte[100_000];
        new Random(7).nextBytes(noise);
        var random = new String(noise, StandardCharsets.ISO_8859_1);
        var bad = new LinkedHashMap<String, Endpoint>();
        bad.put("says nothing", servers.raw("", false));
        bad.put("closes at once", servers.raw("", true));
        bad.put("closes after its name", servers.raw("SSH-2.0-bad\r\n", true));
        bad.put("stops in its name", servers.raw("SSH-2.0-ba", false));
        bad.put("speaks another version", servers.raw("SSH-1.5-old\r\n", false));
        bad.put("speaks HTTP", servers.raw("HTTP/1.1 400 Bad Request\r\n\r\n<html></html>\r\n", false));
        bad.put("greets for ever", servers.raw("welcome to this machine\r\n".repeat(50_000), false));
        bad.put("has a name without end", servers.raw("SSH-2.0-" + "x".repeat(1_000_000), false));
        bad.put("is noise", servers.raw(random, false));
        bad.put("is noise after its name", servers.raw("SSH-2.0-bad\r\n" + random, false));
        bad.put(
                "claims a huge packet",
                servers.raw("SSH-2.0-bad\r\n\u007f\u007f\u007f\u007f" + "x".repeat(1000), false));
        try (var log = new LogCapture("org.apache.sshd")) {
            var scans = new LinkedHashMap<String, CompletableFuture<List<String>>>();
            bad.forEach((how, endpoint) -> scans.put(how, scanner.scan(endpoint, SHORT)));
            for (var scan : scans.entrySet()) {
                assertThat(failure(scan.getValue())).as(scan.getKey()).contains("no host keys within 2 s: ");
            }
            assertThat(servers.connections()).isGreaterThanOrEqualTo(bad.size());
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void givesTheOtherKeysOfAServerThatCanNotProveOne() throws Exception {
        var server = servers.impostor("ssh-ed25519", List.of("ecdsa-sha2-nistp256"));
        assertThat(keys(server)).isEqualTo(TestServers.lines(List.of("ecdsa-sha2-nistp256")));
    }

    @Test
    void failsWhenNoKeyIsProved() throws Exception {
        var server = servers.impostor("ssh-ed25519", List.of());
        assertThat(failure(scanner.scan(server, SHORT))).contains("no host key that can be read, of ssh-ed25519");
    }

    @Test
    void saysWhatTheServerOffersWhenThatIsUnknown() throws Exception {
        var server = servers.ssh(
                List.of("ssh-ed25519"),
                s -> s.addSessionListener(new SessionListener() {
                    @Override
                    public void sessionNegotiationOptionsCreated(
                            Session session, Map<KexProposalOption, String> proposal) {
                        proposal.put(KexProposalOption.SERVERKEYS, "ssh-future");
                    }
                }));
        assertThat(failure(scanner.scan(server, SHORT))).contains("no host key that can be read, of ssh-future");
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
