package dev.nodepool.testing;

import dev.nodepool.internal.runtime.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A line to a server on 127.0.0.1 that can be made slow, dead or half dead. Thread-safe. */
public final class TcpProxy implements AutoCloseable {

    /** Which end of a connection. */
    public enum End {
        CLIENT,
        SERVER
    }

    private enum State {
        OPEN,
        /** Bytes wait; nobody is told anything. */
        STALLED,
        /** There are no connections. */
        CUT
    }

    private record Chunk(byte[] bytes, long dueNanos) {}

    private static final byte[] END = {};
    private static final int CONNECT_MILLIS = 5_000;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ServerSocket listener;
    private final int target;
    private final Duration patience;
    private final ExecutorService threads = Executors.newCachedThreadPool(Threads.daemons("proxy"));
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.OPEN;
    private volatile Duration delay = Duration.ZERO;

    /** @param target port of the server on 127.0.0.1; it need not listen yet */
    public TcpProxy(int target) throws IOException {
        this(target, Duration.ZERO);
    }

    /** @param patience how long a client is kept while nobody listens, instead of being refused as without a proxy */
    public TcpProxy(int target, Duration patience) throws IOException {
        this.target = target;
        this.patience = patience;
        listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        threads.execute(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How much later bytes arrive, in either direction. */
    public void delay(Duration time) {
        delay = time;
    }

    /** Bytes no longer arrive and nobody is told. */
    public void stall() {
        become(State.STALLED);
    }

    /** Breaks all connections and lets no new ones come about. */
    public void cut() {
        become(State.CUT);
        drop();
    }

    /** Breaks all connections; new ones are fine. */
    public void drop() {
        lines.forEach(Line::close);
    }

    /** Tells one end of each connection that the other says no more; the other is told nothing and talks on. */
    public void halfClose(End told) {
        lines.forEach(line -> line.halfClose(told));
    }

    /** Works as it should again; what was stalled arrives. */
    public void mend() {
        delay = Duration.ZERO;
        become(State.OPEN);
    }

    @Override
    public void close() {
        cut();
        closeQuietly(listener);
        threads.shutdownNow();
    }

    private void become(State next) {
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isCut() {
        lock.lock();
        try {
            return state == State.CUT;
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                if (isCut()) {
                    client.close();
                } else {
                    threads.execute(() -> connect(client));
                }
            } catch (IOException closed) {
                // The loop looks whether it was the listener.
            }
        }
    }

    private void connect(Socket client) {
        try {
            var line = new Line(client, toServer());
            lines.add(line);
            line.start();
            if (isCut()) {
                line.close();
            }
        } catch (IOException nobodyListens) {
            closeQuietly(client);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            closeQuietly(client);
        }
    }

    private Socket toServer() throws IOException, InterruptedException {
        var end = System.nanoTime() + patience.toNanos();
        while (true) {
            var server = new Socket();
            try {
                server.connect(new InetSocketAddress("127.0.0.1", target), CONNECT_MILLIS);
                return server;
            } catch (IOException nobodyListens) {
                closeQuietly(server);
                if (System.nanoTime() > end || isCut()) {
                    throw nobodyListens;
                }
            }
            awaitPassage(new Chunk(END, System.nanoTime() + RETRY_NANOS));
        }
    }

    /** Waits until a chunk may be passed on. */
    private void awaitPassage(Chunk chunk) throws InterruptedException {
        lock.lock();
        try {
            while (state == State.STALLED || chunk.dueNanos() > System.nanoTime()) {
                changed.awaitNanos(
                        state == State.STALLED
                                ? TimeUnit.SECONDS.toNanos(1)
                                : Math.max(1, chunk.dueNanos() - System.nanoTime()));
            }
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception closed) {
            // Nobody is left to be told.
        }
    }

    /** One connection. */
    private final class Line {

        private final Socket client;
        private final Socket server;
        private volatile boolean halfClosed;

        Line(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void start() throws IOException {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            pump(client, server);
            pump(server, client);
        }

        private void pump(Socket from, Socket to) {
            var chunks = new LinkedBlockingQueue<Chunk>();
            threads.execute(() -> read(from, chunks));
            threads.execute(() -> write(chunks, to));
        }

        private void read(Socket from, LinkedBlockingQueue<Chunk> chunks) {
            var buffer = new byte[16 << 10];
            try {
                for (var count = from.getInputStream().read(buffer);
                        count >= 0;
                        count = from.getInputStream().read(buffer)) {
                    chunks.add(new Chunk(Arrays.copyOf(buffer, count), System.nanoTime() + delay.toNanos()));
                }
            } catch (IOException broken) {
                // Like the end.
            }
            chunks.add(new Chunk(END, System.nanoTime() + delay.toNanos()));
        }

        private void write(LinkedBlockingQueue<Chunk> chunks, Socket to) {
            try {
                for (var chunk = chunks.take(); chunk.bytes() != END; chunk = chunks.take()) {
                    awaitPassage(chunk);
                    if (!to.isOutputShutdown()) {
                        to.getOutputStream().write(chunk.bytes());
                    }
                }
                awaitPassage(new Chunk(END, 0));
            } catch (IOException broken) {
                // Both ends are told below.
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
            // Half dead it stays: the end that was told nothing finds out by itself.
            if (!halfClosed) {
                close();
            }
        }

        void halfClose(End told) {
            halfClosed = true;
            try {
                (told == End.CLIENT ? client : server).shutdownOutput();
            } catch (IOException goneAlready) {
                close();
            }
        }

        void close() {
            lines.remove(this);
            closeQuietly(client);
            closeQuietly(server);
        }
    }
}
