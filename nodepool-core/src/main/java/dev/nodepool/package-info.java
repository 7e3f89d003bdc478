/**
 * Where a JVM service starts: {@link dev.nodepool.NodePool} and what it hands out.
 */
@NullMarked
package dev.nodepool;

import org.jspecify.annotations.NullMarked;
