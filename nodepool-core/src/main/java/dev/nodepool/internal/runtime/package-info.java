/** Clocks, timers, executors: the only place that knows real time and makes threads. */
@NullMarked
package dev.nodepool.internal.runtime;

import org.jspecify.annotations.NullMarked;
