/** The launcher put together: what it knows, when it decides, how it starts and stops. */
@NullMarked
package dev.nodepool.internal.launcher;

import org.jspecify.annotations.NullMarked;
