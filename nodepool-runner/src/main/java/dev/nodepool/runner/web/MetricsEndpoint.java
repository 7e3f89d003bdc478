package dev.nodepool.runner.web;

import dev.nodepool.runner.metrics.Prometheus;

/** All figures for Prometheus. */
public final class MetricsEndpoint {

    /** Where Prometheus looks unless it is told otherwise. */
    public static final String PATH = "/metrics";

    private MetricsEndpoint() {}

    public static Endpoint of(Prometheus figures) {
        return Endpoint.immediate(
                query -> Answer.of(200, Prometheus.CONTENT_TYPE, figures.page()).unkept());
    }
}
