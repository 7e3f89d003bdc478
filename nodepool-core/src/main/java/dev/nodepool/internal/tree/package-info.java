/**
 * The narrow, asynchronous face of ZooKeeper that everything else is written on, with its two implementations: a real
 * server through Curator, and memory. Internal: no promise of any kind.
 */
@NullMarked
package dev.nodepool.internal.tree;

import org.jspecify.annotations.NullMarked;
