package dev.nodepool.driver.conformance;

import java.time.Duration;
import java.util.Optional;

/**
 * How long the kit waits, in real time whatever clock the provider is given.
 *
 * @param prompt for a method to return its future; ten times that for the cloud's id to be told
 * @param call for a question to be answered
 * @param removal for a machine to be gone
 * @param launch for a machine to be usable; empty for the launch time-out of the settings
 */
public record Patience(Duration prompt, Duration call, Duration removal, Optional<Duration> launch) {

    /** What the launcher grants. */
    public static final Patience DEFAULT =
            new Patience(Duration.ofSeconds(2), Duration.ofSeconds(120), Duration.ofSeconds(600), Optional.empty());
}
