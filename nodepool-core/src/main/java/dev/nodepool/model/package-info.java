/** The records of the protocol as immutable values. No I/O. */
@NullMarked
package dev.nodepool.model;

import org.jspecify.annotations.NullMarked;
