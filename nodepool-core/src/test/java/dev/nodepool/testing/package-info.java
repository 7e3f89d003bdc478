/** What tests of several packages share. */
@NullMarked
package dev.nodepool.testing;

import org.jspecify.annotations.NullMarked;
