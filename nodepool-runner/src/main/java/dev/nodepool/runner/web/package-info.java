/** The status server: one endpoint per path, all bounds in one place. */
@NullMarked
package dev.nodepool.runner.web;

import org.jspecify.annotations.NullMarked;
