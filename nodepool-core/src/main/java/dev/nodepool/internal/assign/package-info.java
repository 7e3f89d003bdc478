/** Which requests a pool takes, and why not: decisions on values, nothing else. Pure. */
@NullMarked
package dev.nodepool.internal.assign;

import org.jspecify.annotations.NullMarked;
