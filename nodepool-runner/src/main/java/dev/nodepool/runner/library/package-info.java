/** What the programs ask of the library, in one place, so that tests can answer for it. */
@NullMarked
package dev.nodepool.runner.library;

import org.jspecify.annotations.NullMarked;
