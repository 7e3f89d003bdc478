/** Why a request waits: what every launcher says, put together. */
@NullMarked
package dev.nodepool.runner.explain;

import org.jspecify.annotations.NullMarked;
