package dev.nodepool.internal.keyscan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scans of OpenSSH, whose own ssh-keyscan says what is right. */
class HostKeyScanHostIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final Threads threads = Threads.real("scan-test");
    private final HostKeyScanner scanner = HostKeyScanner.open(threads);
    private final List<HostProgram> servers = new ArrayList<>();

    @AfterEach
    void close() {
        servers.forEach(HostProgram::close);
        scanner.close();
        threads.close();
    }

    private Endpoint sshd(List<String> keys, List<String> options) throws Exception {
        var port = freePort();
        var command = new ArrayList<>(List.of(
                HostProgram.require("/usr/sbin/sshd", "openssh-server"), "-D", "-e", "-f", "none", "-o", "UsePAM=no"));
        for (var option : options) {
            command.addAll(List.of("-o", option));
        }
        command.addAll(List.of("-o", "ListenAddress=127.0.0.1:" + port, "-o", "PidFile=none"));
        for (var key : keys) {
            command.addAll(List.of("-o", "HostKey=" + key(key)));
        }
        // As root it wants this directory, even when it separates no privileges.
        if (Files.isWritable(Path.of("/run"))) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        servers.add(HostProgram.start(command));
        return new Endpoint("127.0.0.1", port, true);
    }

    private Path key(String kind) throws Exception {
        var file = directory.resolve(kind);
        if (!Files.exists(file)) {
            var type = kind.split("-");
            var command = new ArrayList<>(List.of(
                    HostProgram.require("/usr/bin/ssh-keygen", "openssh-client"), "-q", "-N", "", "-t", type[0], "-f"));
            command.add(file.toString());
            if (type.length > 1) {
                command.addAll(List.of("-b", type[1]));
            }
            assertThat(HostProgram.start(command).waitFor(LONG)).isZero();
        }
        return file;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        }
    }

    private List<String> keys(Endpoint endpoint) throws Exception {
        return scanner.scan(endpoint, LONG).get(90, TimeUnit.SECONDS);
    }

    /** What ssh-keyscan finds, without the host's name. */
    private static List<String> keyscan(Endpoint endpoint) throws Exception {
        try (var program = HostProgram.start(List.of(
                HostProgram.require("/usr/bin/ssh-keyscan", "openssh-client"),
                "-p",
                Integer.toString(endpoint.port()),
                endpoint.address()))) {
            assertThat(program.waitFor(LONG)).isZero();
            return program.output()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.substring(line.indexOf(' ') + 1))
                    .toList();
        }
    }

    @Test
    void findsWhatSshKeyscanFinds() throws Exception {
        var server = sshd(List.of("rsa-3072", "ecdsa-256", "ed25519"), List.of());
        var keys = keys(server);
        assertThat(keys).hasSize(3).containsExactlyInAnyOrderElementsOf(keyscan(server));
        assertThat(servers.get(0).output()).doesNotContain("userauth").doesNotContain("Failed");
    }

    @Test
    void readsTheLargeCurvesToo() throws Exception {
        assertThat(keys(sshd(List.of("ecdsa-384"), List.of())))
                .singleElement()
                .asString()
                .startsWith("ecdsa-sha2-nistp384 ");
        assertThat(keys(sshd(List.of("ecdsa-521"), List.of())))
                .singleElement()
                .asString()
                .startsWith("ecdsa-sha2-nistp521 ");
    }

    @Test
    void understandsServersThatKnowOneKeyExchangeOnly() throws Exception {
        for (var exchange : List.of(
                "diffie-hellman-group1-sha1",
                "diffie-hellman-group14-sha1",
                "diffie-hellman-group-exchange-sha1",
                "diffie-hellman-group-exchange-sha256",
                "diffie-hellman-group18-sha512",
                "ecdh-sha2-nistp521",
                "sntrup761x25519-sha512@openssh.com")) {
            var server = sshd(
                    List.of("rsa-2048"),
                    List.of("KexAlgorithms=" + exchange, "Ciphers=3des-cbc,aes128-cbc", "HostKeyAlgorithms=ssh-rsa"));
            assertThat(keys(server)).as(exchange).singleElement().asString().startsWith("ssh-rsa ");
        }
    }

    /** OpenSSH turns connections away, at random, when many are not logged in; those scans try again. */
    @Test
    void manyScansOfOneServerThatTurnsConnectionsAwayAllSucceed() throws Exception {
        var server = sshd(List.of("ed25519", "ecdsa-256"), List.of("MaxStartups=5:50:20"));
        var expected = keys(server);
        var scans =
                IntStream.range(0, 60).mapToObj(i -> scanner.scan(server, LONG)).toList();
        CompletableFuture.allOf(scans.toArray(CompletableFuture[]::new)).get(90, TimeUnit.SECONDS);
        assertThat(scans).allMatch(scan -> scan.join().equals(expected));
    }
}
