package dev.nodepool.runner.explain;

import org.jspecify.annotations.Nullable;

/**
 * What a pool does about a request.
 *
 * @param pool its name, empty when its launcher does not tell
 * @param answer {@code declines}, {@code waits} or {@code leaves}; {@code accepted}, {@code declined} or {@code unknown}
 *     where only ZooKeeper tells
 * @param code the reason for programs, null when nobody tells
 * @param reason for people
 */
public record Verdict(
        String provider,
        String pool,
        String launcher,
        String answer,
        @Nullable String code,
        String reason) {}
