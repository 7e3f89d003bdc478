@NullMarked
package dev.nodepool.drivers.fake;

import org.jspecify.annotations.NullMarked;
