/** What is to be kept and what has to go: rules on values, nothing else. Pure. */
@NullMarked
package dev.nodepool.internal.retention;

import org.jspecify.annotations.NullMarked;
