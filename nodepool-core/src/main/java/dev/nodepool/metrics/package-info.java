/** The sink that figures of launchers and builders go to. */
@NullMarked
package dev.nodepool.metrics;

import org.jspecify.annotations.NullMarked;
