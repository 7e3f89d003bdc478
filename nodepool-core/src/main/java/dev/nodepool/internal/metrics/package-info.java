/** The figures of a launcher: their names, and who tells them when. */
@NullMarked
package dev.nodepool.internal.metrics;

import org.jspecify.annotations.NullMarked;
