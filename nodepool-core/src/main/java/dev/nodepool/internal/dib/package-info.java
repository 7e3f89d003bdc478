/** The diskimage-builder process with its logs, its files, and what has to be cleaned up after it. */
@NullMarked
package dev.nodepool.internal.dib;

import org.jspecify.annotations.NullMarked;
