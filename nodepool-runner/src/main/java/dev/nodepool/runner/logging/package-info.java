/** Where log lines go and how they look. */
@NullMarked
package dev.nodepool.runner.logging;

import org.jspecify.annotations.NullMarked;
