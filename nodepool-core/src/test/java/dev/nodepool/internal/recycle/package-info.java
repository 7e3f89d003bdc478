@NullMarked
package dev.nodepool.internal.recycle;

import org.jspecify.annotations.NullMarked;
