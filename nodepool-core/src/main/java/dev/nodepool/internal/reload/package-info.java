/** Configuration files followed while a role runs. */
@NullMarked
package dev.nodepool.internal.reload;

import org.jspecify.annotations.NullMarked;
