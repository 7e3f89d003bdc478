/** What makes a JVM a well-behaved daemon: pid file and signals. */
@NullMarked
package dev.nodepool.runner.daemon;

import org.jspecify.annotations.NullMarked;
