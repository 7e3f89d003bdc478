/** Wires the builder together: providers, rounds of decisions, reload, readiness, stop. */
@NullMarked
package dev.nodepool.internal.builder;

import org.jspecify.annotations.NullMarked;
