package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Static hosts on OpenSSH. */
class StaticHostsHostIT extends StaticHostsBase {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final List<HostProgram> servers = new ArrayList<>();
    private final Map<Integer, List<Path>> keys = new HashMap<>();

    @Override
    int startServer() throws Exception {
        // As root it wants this directory, even when it separates no privileges.
        if (Files.isWritable(Path.of("/run"))) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        var files = List.of(key("ed25519"), key("ecdsa"), key("rsa"));
        var port = freePort();
        var command = new ArrayList<>(List.of(
                HostProgram.require("/usr/sbin/sshd", "openssh-server"), "-D", "-e", "-f", "none", "-o", "UsePAM=no"));
        command.addAll(List.of("-o", "ListenAddress=127.0.0.1:" + port, "-o", "PidFile=none"));
        files.forEach(file -> command.addAll(List.of("-o", "HostKey=" + file)));
        servers.add(HostProgram.start(command));
        keys.put(port, files);
        return port;
    }

    private Path key(String type) throws Exception {
        var file = directory.resolve(type + servers.size());
        var program = HostProgram.start(List.of(
                HostProgram.require("/usr/bin/ssh-keygen", "openssh-client"),
                "-q",
                "-N",
                "",
                "-t",
                type,
                "-f",
                file.toString()));
        assertThat(program.waitFor(LONG)).isZero();
        return file;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        }
    }

    @Override
    List<String> hostKeys(int port) throws IOException {
        var lines = new ArrayList<String>();
        for (var file : keys.getOrDefault(port, List.of())) {
            var parts = Files.readString(Path.of(file + ".pub")).split(" ");
            lines.add(parts[0] + " " + parts[1].strip());
        }
        return lines;
    }

    @Override
    void stopServers() {
        servers.forEach(HostProgram::close);
    }
}
