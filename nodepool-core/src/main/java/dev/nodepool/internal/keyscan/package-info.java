/** Reads the host keys of machines from the network: many at once, each within bounds, without logging in. */
@NullMarked
package dev.nodepool.internal.keyscan;

import org.jspecify.annotations.NullMarked;
