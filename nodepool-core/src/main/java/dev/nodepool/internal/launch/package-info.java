/** From an accepted request to a fulfilled or failed one. */
@NullMarked
package dev.nodepool.internal.launch;

import org.jspecify.annotations.NullMarked;
