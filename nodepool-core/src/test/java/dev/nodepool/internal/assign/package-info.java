@NullMarked
package dev.nodepool.internal.assign;

import org.jspecify.annotations.NullMarked;
