/** The one place for state transitions: what leads from which state to which, as data. Pure. */
@NullMarked
package dev.nodepool.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
