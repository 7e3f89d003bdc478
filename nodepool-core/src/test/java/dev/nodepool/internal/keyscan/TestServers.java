package dev.nodepool.internal.keyscan;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;
import org.jspecify.annotations.Nullable;

/** Servers on 127.0.0.1, good and bad, that count the connections made to them. */
final class TestServers implements AutoCloseable {

    static final List<String> ALL_TYPES =
            List.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa");

    /** As many may wait to be accepted. */
    private static final int BACKLOG = 512;

    private static final Map<String, KeyPair> PAIRS = new ConcurrentHashMap<>();

    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger closedByClient = new AtomicInteger();
    private final AtomicInteger logins = new AtomicInteger();

    /** An SSH server with a key of each type. */
    Endpoint ssh(List<String> types) throws IOException {
        return ssh(types, server -> {});
    }

    Endpoint ssh(List<String> types, Consumer<SshServer> more) throws IOException {
        var server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(0);
        var pairs = types.stream().map(TestServers::pair).toList();
        server.setKeyPairProvider(KeyPairProvider.wrap(pairs));
        server.setPasswordAuthenticator((user, password, session) -> {
            logins.incrementAndGet();
            return false;
        });
        server.addSessionListener(new Counter());
        more.accept(server);
        server.start();
        open.add(() -> server.stop(true));
        return new Endpoint("127.0.0.1", server.getPort(), true);
    }

    private static KeyPair pair(String type) {
        return PAIRS.computeIfAbsent(type, TestServers::generate);
    }

    private static KeyPair generate(String type) {
        try {
            var size = type.equals("ssh-rsa") ? 2048 : type.startsWith("ecdsa") ? bits(type) : 256;
            return KeyUtils.generateKeyPair(type, size);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int bits(String ecdsa) {
        return Integer.parseInt(ecdsa.substring(ecdsa.length() - 3));
    }

    /** What a scan of {@link #ssh} is to find. */
    static List<String> lines(List<String> types) {
        return types.stream()
                .map(type -> PublicKeyEntry.toString(pair(type).getPublic()))
                .toList();
    }

    /** An SSH server that shows a key without having the private part of it, and others that it has. */
    Endpoint impostor(String type, List<String> others) throws IOException {
        var shown = pair(type).getPublic();
        var pairs = new ArrayList<>(others.stream().map(TestServers::pair).toList());
        pairs.add(new KeyPair(shown, generate(type).getPrivate()));
        return ssh(List.of(), server -> server.setKeyPairProvider(KeyPairProvider.wrap(pairs)));
    }

    /** A server that has no more to say than a greeting, and hangs up after it or waits. */
    Endpoint raw(byte[] greeting, boolean closing) throws IOException {
        var server = AsynchronousServerSocketChannel.open().bind(loopback(0), BACKLOG);
        open.add(server);
        server.accept(null, new CompletionHandler<AsynchronousSocketChannel, @Nullable Void>() {
            @Override
            public void completed(AsynchronousSocketChannel channel, @Nullable Void nothing) {
                server.accept(null, this);
                all.incrementAndGet();
                open.add(channel);
                new Greeting(channel, closing).start(ByteBuffer.wrap(greeting));
            }

            @Override
            public void failed(Throwable failure, @Nullable Void nothing) {
                // The end of the test.
            }
        });
        return new Endpoint("127.0.0.1", ((InetSocketAddress) server.getLocalAddress()).getPort(), true);
    }

    Endpoint raw(String greeting, boolean closing) throws IOException {
        return raw(greeting.getBytes(StandardCharsets.UTF_8), closing);
    }

    /** Writes all of it, then reads until the client ends the connection. */
    private final class Greeting implements CompletionHandler<Integer, ByteBuffer> {

        private final AsynchronousSocketChannel channel;
        private final boolean closing;
        private boolean reading;

        Greeting(AsynchronousSocketChannel channel, boolean closing) {
            this.channel = channel;
            this.closing = closing;
        }

        void start(ByteBuffer greeting) {
            channel.write(greeting, greeting, this);
        }

        @Override
        public void completed(Integer count, ByteBuffer buffer) {
            if (count < 0) {
                failed(new EOFException(), buffer);
            } else if (!reading && buffer.hasRemaining()) {
                channel.write(buffer, buffer, this);
            } else if (closing) {
                end();
            } else {
                reading = true;
                var rest = ByteBuffer.allocate(1024);
                channel.read(rest, rest, this);
            }
        }

        @Override
        public void failed(Throwable failure, ByteBuffer buffer) {
            closedByClient.incrementAndGet();
            end();
        }

        private void end() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A port where nothing listens. */
    static Endpoint refusing() throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(loopback(0));
            return new Endpoint("127.0.0.1", socket.getLocalPort(), true);
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Connections so far. */
    int connections() {
        return all.get();
    }

    /** The most connections to SSH servers at one moment. */
    int mostAtOnce() {
        return most.get();
    }

    int openNow() {
        return now.get();
    }

    /** Connections to servers without SSH that the client ended. */
    int closedByClient() {
        return closedByClient.get();
    }

    /** How often somebody tried to log in. */
    int logins() {
        return logins.get();
    }

    @Override
    public void close() throws Exception {
        for (var one : open) {
            one.close();
        }
    }

    private final class Counter implements SessionListener {
        @Override
        public void sessionCreated(Session session) {
            all.incrementAndGet();
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
        }

        @Override
        public void sessionClosed(Session session) {
            now.decrementAndGet();
        }
    }
}
