package dev.nodepool.examples.service;

import dev.nodepool.view.LeasedNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/** Runs commands on machines over SSH. A machine must show one of the host keys that its launcher saw. Thread-safe. */
final class RemoteShell implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final AttributeKey<List<String>> HOST_KEYS = new AttributeKey<>();

    private final SshClient client = SshClient.setUpDefaultClient();

    /** @param key what the machines let us in with */
    RemoteShell(KeyPair key) {
        client.addPublicKeyIdentity(key);
        client.setServerKeyVerifier((session, address, shown) -> knows(session, shown));
        client.start();
    }

    private static boolean knows(ClientSession session, PublicKey shown) {
        AttributeRepository context = session.getConnectionContext();
        List<String> known = context == null ? null : context.getAttribute(HOST_KEYS);
        return known != null && known.contains(PublicKeyEntry.toString(shown));
    }

    /** Connects to a machine of a lease. */
    ClientSession connect(LeasedNode node) throws IOException {
        ClientSession session = client.connect(
                        Objects.requireNonNull(node.username(), "the provider names no user"),
                        Objects.requireNonNull(node.address(), "the machine has no address"),
                        node.port(),
                        AttributeRepository.ofKeyValuePair(HOST_KEYS, node.hostKeys()))
                .verify(CONNECT)
                .getSession();
        session.auth().verify(CONNECT);
        return session;
    }

    /** Runs a command. What it prints to both outputs comes in one text. */
    static JobResult run(ClientSession session, LeasedNode node, String command, Duration limit) throws IOException {
        var printed = new ByteArrayOutputStream();
        try (var channel = session.createExecChannel(command)) {
            channel.setOut(printed);
            channel.setErr(printed);
            channel.open().verify(CONNECT);
            var events = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), limit);
            Integer exit = channel.getExitStatus();
            if (events.contains(ClientChannelEvent.TIMEOUT)) {
                throw new IOException("\"" + command + "\" took longer than " + limit.toSeconds() + " s");
            }
            if (exit == null) {
                throw new IOException("the connection to node " + node.id() + " broke");
            }
            return new JobResult(node.id(), exit, printed.toString(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        client.stop();
    }
}
