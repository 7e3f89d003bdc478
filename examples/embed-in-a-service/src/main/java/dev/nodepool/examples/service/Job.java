package dev.nodepool.examples.service;

import java.time.Duration;

/**
 * What somebody wants to be run.
 *
 * @param label kind of machine
 * @param command for the shell of the machine
 * @param patience how long it may wait for a machine
 * @param limit how long the command may take
 * @param holdFailed how long the machine is kept for a look when the command fails; zero for not at all
 */
public record Job(String label, String command, Duration patience, Duration limit, Duration holdFailed) {

    /** One with ordinary limits. */
    public static Job of(String label, String command) {
        return new Job(label, command, Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ZERO);
    }
}
