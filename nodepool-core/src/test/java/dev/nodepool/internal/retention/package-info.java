@NullMarked
package dev.nodepool.internal.retention;

import org.jspecify.annotations.NullMarked;
