package dev.nodepool.driver;

import java.time.Duration;

/** Takes note of calls to a cloud. Thread-safe; never blocks and never fails. */
@FunctionalInterface
public interface CallMeter {

    /** Takes no note. */
    CallMeter NONE = (service, method, operation, took) -> {};

    /**
     * To be told once for each call, also for one that failed.
     *
     * @param service what was called, e.g. {@code compute}
     * @param method how, e.g. {@code GET}
     * @param operation what was asked for, parts joined with dots, no ids: {@code servers.detail}
     * @param took from the start of the call to its answer or failure
     */
    void called(String service, String method, String operation, Duration took);
}
