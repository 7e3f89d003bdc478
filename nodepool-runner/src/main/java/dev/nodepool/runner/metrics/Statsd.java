package dev.nodepool.runner.metrics;

import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.Stats;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends figures to statsd the moment they are told, from a thread of its own.
 *
 * <p>Who tells a figure never waits: what does not fit into the queue or the socket is lost, which the log says. While the
 * host's name is unknown figures are kept as far as the queue goes; some of them are told only once. Thread-safe.
 */
public final class Statsd implements Stats, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Statsd.class);

    static final int QUEUE = 10_000;
    private static final int BATCH = 200;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN_UNKNOWN = Duration.ofSeconds(5);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    /** Recognised by being this very object. */
    @SuppressWarnings("StringOperationCanBeSimplified")
    private static final String END = new String("end");

    private final StatsdTarget target;
    private final InstantSource clock;
    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong lost = new AtomicLong();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread sender;

    /** Only the sender's. */
    private @Nullable InetSocketAddress address;

    private Instant lookAgain = Instant.MIN;
    private boolean unknownTold;

    private Statsd(StatsdTarget target, InstantSource clock) {
        this.target = target;
        this.clock = clock;
        sender = new Thread(this::send, "statsd");
        sender.setDaemon(true);
    }

    /** Begins to look for the host and to send. */
    static Statsd start(StatsdTarget target, InstantSource clock) {
        Statsd statsd = new Statsd(target, clock);
        statsd.sender.start();
        return statsd;
    }

    @Override
    public void count(Figure figure, long more) {
        tell(StatsdText.count(figure, more));
    }

    /** No limit is not sent: statsd has no number for it. */
    @Override
    public void gauge(Figure figure, long value) {
        if (value != Long.MAX_VALUE) {
            tell(StatsdText.gauge(figure, value));
        }
    }

    @Override
    public void time(Figure figure, Duration took) {
        tell(StatsdText.time(figure, took));
    }

    /** Sends lines that belong together. */
    void tell(String lines) {
        if (!queue.offer(lines)) {
            lose(1, "more figures than can be sent");
        }
    }

    private void lose(int figures, String why) {
        long all = lost.addAndGet(figures);
        // Told less and less often, so that the log does not fill up.
        if (Long.highestOneBit(all) > all - figures) {
            log.warn("Figures for statsd at {} are lost, {} so far; now: {}", target, all, why);
        }
    }

    private void send() {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.configureBlocking(false);
            List<String> lines = new ArrayList<>();
            boolean end = false;
            lookUp();
            while (!end) {
                lines.clear();
                lines.add(queue.take());
                queue.drainTo(lines, BATCH);
                lookUp();
                end = lines.removeIf(line -> line == END);
                send(channel, lines);
            }
        } catch (IOException e) {
            log.error("Figures can not be sent to statsd any more", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(DatagramChannel channel, List<String> lines) {
        InetSocketAddress to = address;
        if (to == null) {
            return;
        }
        for (byte[] packet : StatsdText.packets(lines)) {
            try {
                if (channel.send(ByteBuffer.wrap(packet), to) == 0) {
                    lose(1, "the socket is full");
                }
            } catch (IOException e) {
                lose(1, String.valueOf(e.getMessage()));
            }
        }
    }

    /** Now and then, because hosts move; returns with an address, or when there is nothing more to wait for. */
    private void lookUp() throws InterruptedException {
        boolean ended = false;
        while (!ended && !clock.instant().isBefore(lookAgain)) {
            try {
                InetSocketAddress found = new InetSocketAddress(InetAddress.getByName(target.host()), target.port());
                lookAgain = clock.instant().plus(LOOK_AGAIN);
                if (!found.equals(address)) {
                    log.info(
                            "Figures go to statsd at {}, port {}",
                            found.getAddress().getHostAddress(),
                            target.port());
                    address = found;
                }
                unknownTold = false;
            } catch (UnknownHostException e) {
                unknown();
                if (address != null) {
                    lookAgain = clock.instant().plus(LOOK_AGAIN);
                } else {
                    ended = closing.await(LOOK_AGAIN_UNKNOWN.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }
    }

    private void unknown() {
        if (!unknownTold) {
            unknownTold = true;
            log.error(
                    "STATSD_HOST is '{}', which has no address. Figures wait until it has, which is looked at every"
                            + " few seconds; mend the name, or unset STATSD_HOST and STATSD_PORT",
                    target.host());
        }
    }

    /** Sends what was told so far, for a second at most. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (queue.offer(END, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                sender.join(LAST_WORDS.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sender.interrupt();
    }
}
