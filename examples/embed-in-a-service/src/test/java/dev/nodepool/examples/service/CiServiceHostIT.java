package dev.nodepool.examples.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.HostProgram;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/** On OpenSSH. */
class CiServiceHostIT extends CiServiceBase {

    private final List<HostProgram> servers = new ArrayList<>();

    @Override
    int startServer(KeyPair client) throws Exception {
        // As root it wants this directory, even when it separates no privileges.
        if (Files.isWritable(Path.of("/run"))) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        var hostKey = directory.resolve("host-key-" + servers.size());
        var made = HostProgram.start(List.of(
                HostProgram.require("/usr/bin/ssh-keygen", "openssh-client"),
                "-q",
                "-N",
                "",
                "-t",
                "ed25519",
                "-f",
                hostKey.toString()));
        assertThat(made.waitFor(Duration.ofSeconds(60))).isZero();
        var allowed = Files.writeString(
                directory.resolve("authorized_keys"), PublicKeyEntry.toString(client.getPublic()) + "\n");
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var command = new ArrayList<>(
                List.of(HostProgram.require("/usr/sbin/sshd", "openssh-server"), "-D", "-e", "-f", "none"));
        for (var option : List.of(
                "UsePAM=no",
                "StrictModes=no",
                "PermitRootLogin=yes",
                "PidFile=none",
                "ListenAddress=127.0.0.1:" + port,
                "HostKey=" + hostKey,
                "AuthorizedKeysFile=" + allowed)) {
            command.addAll(List.of("-o", option));
        }
        servers.add(HostProgram.start(command));
        return port;
    }

    @Override
    void stopServers() {
        servers.forEach(HostProgram::close);
    }
}
