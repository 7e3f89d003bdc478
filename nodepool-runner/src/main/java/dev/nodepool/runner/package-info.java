/** The entry point of the executable jar. */
@NullMarked
package dev.nodepool.runner;

import org.jspecify.annotations.NullMarked;
