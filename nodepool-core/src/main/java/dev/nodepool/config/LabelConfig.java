package dev.nodepool.config;

import java.time.Duration;
import java.util.Optional;

/**
 * A label of the top level.
 *
 * @param minReady how many ready nodes to keep, 0 for none
 * @param maxReadyAge longest time a node stays ready unused, empty for no limit
 */
public record LabelConfig(String name, int minReady, Optional<Duration> maxReadyAge) {}
