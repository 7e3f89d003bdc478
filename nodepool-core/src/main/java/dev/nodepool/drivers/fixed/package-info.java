/** The static driver: hosts that exist already and are listed in the configuration. */
@NullMarked
package dev.nodepool.drivers.fixed;

import org.jspecify.annotations.NullMarked;
