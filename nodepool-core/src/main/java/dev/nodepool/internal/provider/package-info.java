/** Drivers found and providers opened: what they can give, kept fresh, and calls on them with deadlines. */
@NullMarked
package dev.nodepool.internal.provider;

import org.jspecify.annotations.NullMarked;
