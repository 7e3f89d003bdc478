/** A small CI service that gets its machines from a launcher in its own process. */
@NullMarked
package dev.nodepool.examples.service;

import org.jspecify.annotations.NullMarked;
