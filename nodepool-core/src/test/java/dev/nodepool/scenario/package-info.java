/** Whole launchers on one tree and one cloud in memory, step by step on a clock that a test owns. */
@NullMarked
package dev.nodepool.scenario;

import org.jspecify.annotations.NullMarked;
