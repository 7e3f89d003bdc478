package dev.nodepool.runner.library;

import dev.nodepool.NodePool;
import dev.nodepool.config.WebConfig;
import java.util.Optional;

/**
 * A launcher with a valid configuration, not started yet.
 *
 * @param web where the configuration wants the status server; empty when it does not say
 */
public record Prepared(NodePool pool, Optional<WebConfig> web) {}
