package dev.nodepool.internal.keyscan;

import dev.nodepool.internal.runtime.Threads;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections, and the two threads that serve them all; without users there are none. Thread-safe. */
final class Sockets {

    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    private static final int THREADS = 2;

    private int users;
    private @Nullable AsynchronousChannelGroup group;

    /** Keeps the threads there; {@link #leave} must follow. */
    synchronized AsynchronousChannelGroup enter() throws IOException {
        if (group == null) {
            group = AsynchronousChannelGroup.withFixedThreadPool(THREADS, Threads.daemons("host-keys"));
        }
        users++;
        return group;
    }

    /** Ends what {@link #enter} began. */
    void leave() {
        try {
            var unused = unused();
            if (unused != null) {
                unused.shutdownNow();
            }
        } catch (IOException e) {
            LOG.warn("Sockets of a host key scan could not be closed", e);
        }
    }

    private synchronized @Nullable AsynchronousChannelGroup unused() {
        users--;
        if (users > 0) {
            return null;
        }
        var last = Objects.requireNonNull(group);
        group = null;
        return last;
    }

    /**
     * Connects. No thread waits for it: MINA's own connector keeps one for each, and has few.
     *
     * @return the connection, the caller's to close. When the future is done otherwise, e.g. by cancelling it, there is
     *     none.
     */
    static CompletableFuture<AsynchronousSocketChannel> connect(AsynchronousChannelGroup group, SocketAddress address) {
        var connected = new CompletableFuture<AsynchronousSocketChannel>();
        try {
            var channel = AsynchronousSocketChannel.open(group);
            connected.whenComplete((x, failure) -> {
                if (failure != null) {
                    close(channel);
                }
            });
            channel.connect(address, channel, new Connecting(connected));
        } catch (IOException | RuntimeException e) {
            connected.completeExceptionally(e);
        }
        return connected;
    }

    static void close(AsynchronousSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("A socket of a host key scan could not be closed", e);
        }
    }

    private record Connecting(CompletableFuture<AsynchronousSocketChannel> connected)
            implements CompletionHandler<Void, AsynchronousSocketChannel> {

        @Override
        public void completed(Void nothing, AsynchronousSocketChannel channel) {
            connected.complete(channel);
        }

        @Override
        public void failed(Throwable failure, AsynchronousSocketChannel channel) {
            connected.completeExceptionally(failure);
        }
    }
}
