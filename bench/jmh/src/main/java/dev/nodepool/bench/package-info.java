/** Microbenchmarks of what every request goes through. */
@org.jspecify.annotations.NullMarked
package dev.nodepool.bench;
