/** The status page for people. */
@NullMarked
package dev.nodepool.runner.page;

import org.jspecify.annotations.NullMarked;
