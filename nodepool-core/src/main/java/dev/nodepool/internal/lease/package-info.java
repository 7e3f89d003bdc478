/** The other side of a request: who asks for nodes, uses them and gives them back. */
@NullMarked
package dev.nodepool.internal.lease;

import org.jspecify.annotations.NullMarked;
