/** Where the daemons' figures go: statsd as things happen, and a page for Prometheus. */
@NullMarked
package dev.nodepool.runner.metrics;

import org.jspecify.annotations.NullMarked;
