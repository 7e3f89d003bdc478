/** Builds a disk image on demand, with a builder in this process. */
@NullMarked
package dev.nodepool.examples.images;

import org.jspecify.annotations.NullMarked;
