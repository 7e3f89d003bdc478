/** Used, orphaned and lost things go away, each by its rule. */
@NullMarked
package dev.nodepool.internal.recycle;

import org.jspecify.annotations.NullMarked;
