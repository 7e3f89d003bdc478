/** An example of a driver: its machines are processes of this host. */
@NullMarked
package dev.nodepool.examples.process;

import org.jspecify.annotations.NullMarked;
