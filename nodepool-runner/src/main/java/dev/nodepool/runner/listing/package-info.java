/** Tables of what an installation holds, as text and as JSON, the same for command and web. */
@NullMarked
package dev.nodepool.runner.listing;

import org.jspecify.annotations.NullMarked;
