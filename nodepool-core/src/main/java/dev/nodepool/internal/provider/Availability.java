package dev.nodepool.internal.provider;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Timer;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a provider can be used now, by how its answers and its launches went. Used on the loop.
 *
 * <p>That the cloud answers questions does not prove that it launches, so a failed launch is forgotten only by one that
 * goes well. However many launches met the same bad moment, it counts once.
 */
final class Availability {

    private static final Logger LOG = LoggerFactory.getLogger(Availability.class);

    private static final BackOff FIRST_FAILURE = BackOff.between(Duration.ofSeconds(1), Duration.ofSeconds(60));

    private final String provider;
    private final Timer timer;
    private final Runnable ask;
    private final Runnable changed;
    private boolean known;
    private String trouble = "";
    private boolean resting;
    private boolean quotaRefused;
    private BackOff askingBackOff = FIRST_FAILURE;
    private BackOff launchBackOff = FIRST_FAILURE;
    private BackOff quotaBackOff = FIRST_FAILURE;
    private Runnable restTimer = () -> {};
    private Runnable quotaTimer = () -> {};

    /**
     * @param ask has the provider asked again what it says of itself
     * @param changed run when the provider became usable without having been asked
     */
    Availability(String provider, Timer timer, Runnable ask, Runnable changed) {
        this.provider = provider;
        this.timer = timer;
        this.ask = ask;
        this.changed = changed;
    }

    /** Why nothing can be launched now. */
    Optional<Reason> reason() {
        if (!known) {
            return Optional.of(new Reason(
                    Reason.Code.PROVIDER_STARTING,
                    trouble.isEmpty()
                            ? "the provider has not answered yet"
                            : "the provider does not answer: " + trouble));
        }
        if (!trouble.isEmpty()) {
            return Optional.of(new Reason(Reason.Code.PROVIDER_UNAVAILABLE, trouble));
        }
        return quotaRefused
                ? Optional.of(new Reason(Reason.Code.QUOTA_REFUSED, "the cloud refused a machine for its quota"))
                : Optional.empty();
    }

    /** To be told that the provider told its facts. */
    void answered() {
        known = true;
        askingBackOff = FIRST_FAILURE;
        if (!trouble.isEmpty() && !resting) {
            LOG.info("Provider {} answers again", provider);
            trouble = "";
        }
    }

    /**
     * To be told that the provider did not tell its facts.
     *
     * @return when to ask again
     */
    Duration notAnswered(DriverException failure) {
        askingBackOff = askingBackOff.failed();
        trouble(failure);
        return failure.retryAfter().orElse(askingBackOff.delay());
    }

    /** To be told that a launch went well. */
    void launched() {
        quotaBackOff = FIRST_FAILURE;
        launchBackOff = FIRST_FAILURE;
        resting = false;
        restTimer.run();
        if (!trouble.isEmpty() && known) {
            trouble = "";
            changed.run();
        }
    }

    /** To be told that a launch met a cloud that does not answer or refuses us: nothing new is tried for a time. */
    void notLaunched(DriverException failure) {
        if (resting) {
            return;
        }
        resting = true;
        launchBackOff = launchBackOff.failed();
        trouble(failure);
        restTimer = timer.after(failure.retryAfter().orElse(launchBackOff.delay()), () -> {
            resting = false;
            ask.run();
        });
    }

    private void trouble(DriverException failure) {
        if (trouble.isEmpty()) {
            LOG.warn("Provider {} is not available: {}", provider, failure.getMessage());
        }
        trouble = String.valueOf(failure.getMessage());
    }

    /** To be told that a launch was refused for the cloud's quota: nothing is tried until something may have changed. */
    void quotaRefused() {
        if (quotaRefused) {
            return;
        }
        quotaRefused = true;
        quotaBackOff = quotaBackOff.failed();
        quotaTimer = timer.after(quotaBackOff.delay(), this::quotaMayBeFree);
        ask.run();
    }

    /** To be told that quota refused before may be free now. */
    void quotaMayBeFree() {
        if (quotaRefused) {
            quotaRefused = false;
            quotaTimer.run();
            changed.run();
        }
    }

    /** Ends its timers. */
    void close() {
        restTimer.run();
        quotaTimer.run();
    }
}
