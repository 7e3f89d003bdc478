/** The demonstration: ZooKeeper, a fake cloud and a launcher in one process. */
@NullMarked
package dev.nodepool.runner.demo;

import org.jspecify.annotations.NullMarked;
