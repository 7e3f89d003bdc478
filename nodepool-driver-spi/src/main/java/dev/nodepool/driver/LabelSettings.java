package dev.nodepool.driver;

import java.util.Optional;

/** A label of a pool as its driver reads it. */
public interface LabelSettings {

    String name();

    /** The disk image of the builder that machines of this label boot from; empty when the cloud has its own image. */
    default Optional<String> diskImage() {
        return Optional.empty();
    }

    /** What is stored as the node's image when there is no disk image. */
    default Optional<String> cloudImage() {
        return Optional.empty();
    }

    /** Whether a new machine is contacted, and its host keys are scanned, before it is used. */
    default boolean hostKeyChecking() {
        return true;
    }

    /** Whether the console log is fetched when the host-key scan fails. */
    default boolean consoleLog() {
        return false;
    }

    /** How the machine is reached; the instance may say otherwise. */
    default Access access() {
        return Access.SSH;
    }
}
