/** Launchers on three real ZooKeeper servers while those, the lines to them and clocks fail. */
@NullMarked
package dev.nodepool.ensemble;

import org.jspecify.annotations.NullMarked;
