package dev.nodepool.internal.tree;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log from time to time that there is no connection, for as long as there is none. */
final class ConnectReminder {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectReminder.class);

    static final Duration EVERY = Duration.ofSeconds(10);

    private final String hosts;
    private final Duration every;
    private final Runnable look;
    private final AtomicReference<CompletableFuture<Void>> pending =
            new AtomicReference<>(CompletableFuture.completedFuture(null));
    private final AtomicInteger outages = new AtomicInteger();

    /** @param look looks for a reason that can be told; may block for some seconds */
    ConnectReminder(String hosts, Duration every, Runnable look) {
        this.hosts = hosts;
        this.every = every;
        this.look = look;
    }

    void start(Link link) {
        link.listen(session -> {
            if (session.state() == Session.State.SUSPENDED) {
                LOG.warn("The connection to ZooKeeper at {} is lost; trying again without end", hosts);
                remind(link, 1, outages.incrementAndGet());
            } else {
                stop();
            }
        });
        remind(link, 1, outages.incrementAndGet());
    }

    private void remind(Link link, int times, int outage) {
        var pause = new CompletableFuture<Void>();
        pending.getAndSet(pause).cancel(false);
        pause.completeOnTimeout(null, every.toMillis(), TimeUnit.MILLISECONDS).thenRunAsync(() -> {
            if (!link.closed() && !link.live().session().connected() && outages.get() == outage) {
                LOG.warn(
                        "No connection to ZooKeeper at {} for {} s; still trying",
                        hosts,
                        every.multipliedBy(times).toSeconds());
                remind(link, times + 1, outage);
                Serial.run(look);
            }
        });
    }

    /** What is left waiting would hold on to everything here for as long as it waits. */
    void stop() {
        Objects.requireNonNull(pending.get()).cancel(false);
    }
}
