package dev.nodepool.internal.provider;

import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.Timer;
import dev.nodepool.internal.keyscan.HostKeys;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.metrics.Stats;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open provider: its facts kept fresh, and whether it can be used now. Used from the launcher's loop; the driver's
 * blocking calls run on an executor of the provider's own.
 */
public final class ProviderUnit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderUnit.class);

    /** Most blocking calls of one provider at a time. */
    private static final int CALLS = 8;

    private static final Duration FACTS_AGE = Duration.ofSeconds(300);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration DOUBT_AGE = Duration.ofSeconds(5);
    private static final Duration FACTS_DEADLINE = Duration.ofSeconds(120);
    private static final Duration LIST_DEADLINE = Duration.ofSeconds(120);
    private static final Duration CONSOLE_DEADLINE = Duration.ofSeconds(60);

    private final ProviderConfig config;
    private final Provider provider;
    private final Threads threads;
    private final Loop loop;
    private final Timer timer;
    private final Executor calls;
    private final HostKeys hostKeys;
    private final Marks marks;
    private final KnownThings known;
    private final Runnable changed;
    private final SharedListing listing;
    private final Question question;
    private final Availability availability;
    private final Users users = new Users();
    private @Nullable ProviderFacts facts;
    private boolean refreshing;
    private boolean askAgain;
    private double askedAt;
    private boolean retired;
    private boolean closed;
    private Runnable nextRefresh = () -> {};

    private ProviderUnit(
            ProviderConfig config,
            Provider provider,
            Threads threads,
            Loop loop,
            Executor calls,
            HostKeys hostKeys,
            Marks marks,
            KnownThings known,
            Runnable changed) {
        this.config = config;
        this.provider = provider;
        this.threads = threads;
        this.loop = loop;
        this.timer = threads.timerOn(loop);
        this.calls = calls;
        this.hostKeys = hostKeys;
        this.marks = marks;
        this.known = known;
        this.changed = changed;
        listing = new SharedListing(() ->
                Deadline.call(threads.timer(), LIST_DEADLINE, "listing machines of " + config.name(), provider::list));
        question = new Question(config, provider, listing, marks, known, calls, loop);
        availability = new Availability(config.name(), timer, this::refresh, changed);
    }

    /**
     * Opens a provider; its facts are fetched at once.
     *
     * @param hostKeys how its machines are looked at
     * @param installation the mark that tells our machines from those of others
     * @param known what the records know; nothing is asked before that is complete
     * @param stats told of every call to the cloud
     * @param changed run on the loop when something is known that was not
     */
    public static ProviderUnit open(
            ProviderConfig config,
            ProviderDriver driver,
            Threads threads,
            Loop loop,
            HostKeys hostKeys,
            String installation,
            KnownThings known,
            Stats stats,
            Runnable changed)
            throws DriverException {
        var surroundings = Surroundings.of(config.name(), threads, CALLS, stats);
        var provider = driver.open(config.settings(), surroundings);
        var marks = new Marks(installation, config.name());
        var unit = new ProviderUnit(
                config, provider, threads, loop, surroundings.executor(), hostKeys, marks, known, changed);
        unit.refresh();
        return unit;
    }

    public ProviderConfig config() {
        return config;
    }

    public String name() {
        return config.name();
    }

    /** The driver's provider, for calls that answer futures. */
    public Provider provider() {
        return provider;
    }

    /** How its machines are looked at. */
    public HostKeys hostKeys() {
        return hostKeys;
    }

    /** What a machine wrote to its console, empty when the cloud does not tell. */
    public CompletableFuture<Optional<String>> consoleLog(ExternalId id) {
        return Deadline.call(
                threads.timer(),
                CONSOLE_DEADLINE,
                "reading the console of machine " + id,
                () -> CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return provider.consoleLog(id);
                            } catch (DriverException e) {
                                throw new CompletionException(e);
                            }
                        },
                        calls));
    }

    /**
     * Keeps it open, even when it is retired meanwhile.
     *
     * @return to be run when done
     */
    public Runnable use() {
        return users.enter();
    }

    public boolean inUse() {
        return !users.none();
    }

    /**
     * Nothing new is to be done with it: it asks the cloud for nothing more by itself, and closes when nobody uses it.
     *
     * @param whenClosed run after that
     */
    public void retire(Runnable whenClosed) {
        retired = true;
        nextRefresh.run();
        users.end(() -> {
            close();
            whenClosed.run();
        });
    }

    public boolean retired() {
        return retired;
    }

    /** What the provider said last, empty before it has said anything. */
    public Optional<ProviderFacts> facts() {
        return Optional.ofNullable(facts);
    }

    /** Why nothing can be launched now. */
    public Optional<Reason> unavailable() {
        return availability.reason();
    }

    /** All machines visible, by a listing that begins after this call; many callers share one. */
    public CompletableFuture<Listing<Instance>> list() {
        return listing.get();
    }

    /** Whether a machine is one that this provider made for this installation. */
    public boolean ours(Instance instance) {
        return marks.on(instance.metadata());
    }

    /** The marks of what this provider made for this installation. */
    public Marks marks() {
        return marks;
    }

    /**
     * To be told that the cloud refused a machine for its quota: nothing is tried until something may have changed.
     * Many refusals at once are one.
     */
    public void quotaRefused() {
        availability.quotaRefused();
    }

    /** To be told that a machine somebody had is gone, so that quota refused before may be free now. */
    public void quotaMayBeFree() {
        availability.quotaMayBeFree();
    }

    /** To be told that something is gone that counted as use of others: how much there is has to be asked again. */
    public void roomWasMade() {
        quotaMayBeFree();
        askAgain = refreshing;
        refresh();
    }

    /** To be told that a launch went well. */
    public void worked() {
        availability.launched();
    }

    /**
     * To be told that a launch met a cloud that does not answer or refuses us: nothing new is tried for a time that
     * grows until a launch goes well; that the cloud answers questions does not prove that it launches. However many
     * launches met the same bad moment, it counts once.
     */
    public void unavailable(DriverException failure) {
        availability.notLaunched(failure);
    }

    /**
     * To be told that a launch failed as if what the provider said of itself, zones for example, were no longer true: it
     * is asked again, now and then.
     */
    public void doubted() {
        if (threads.now() - askedAt > DOUBT_AGE.toSeconds()) {
            refresh();
        }
    }

    private void refresh() {
        if (refreshing || retired || closed) {
            return;
        }
        refreshing = true;
        askedAt = threads.now();
        nextRefresh.run();
        known.whenComplete()
                .thenComposeAsync(
                        before -> closed
                                ? CompletableFuture.<ProviderFacts>failedFuture(
                                        new CancellationException(name() + " is closed"))
                                : Deadline.call(
                                        threads.timer(),
                                        FACTS_DEADLINE,
                                        "asking provider " + name(),
                                        () -> question.ask(before)),
                        loop)
                .whenCompleteAsync(this::answered, loop);
    }

    private void answered(@Nullable ProviderFacts answer, @Nullable Throwable failure) {
        refreshing = false;
        if (closed) {
            return;
        }
        if (answer == null) {
            var wait = availability.notAnswered(DriverException.from(Objects.requireNonNull(failure)));
            nextRefresh = timer.after(wait, this::refresh);
            changed.run();
            return;
        }
        availability.answered();
        facts = answer;
        if (!retired) {
            nextRefresh = timer.after(askAgain ? SOON : FACTS_AGE, this::refresh);
        }
        askAgain = false;
        changed.run();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        nextRefresh.run();
        availability.close();
        provider.close();
    }
}
