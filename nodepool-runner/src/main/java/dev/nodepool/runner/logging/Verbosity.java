package dev.nodepool.runner.logging;

import ch.qos.logback.classic.Level;

/** How much a program tells when no log configuration is given. */
public enum Verbosity {
    /** Warnings and errors. */
    QUIET(Level.WARN, Level.ERROR),
    /** What an operator wants to see every day. */
    NORMAL(Level.INFO, Level.WARN),
    /** All of our own, and what libraries say in general. */
    DEBUG(Level.DEBUG, Level.INFO);

    private final Level own;
    private final Level libraries;

    Verbosity(Level own, Level libraries) {
        this.own = own;
        this.libraries = libraries;
    }

    Level own() {
        return own;
    }

    Level libraries() {
        return libraries;
    }
}
