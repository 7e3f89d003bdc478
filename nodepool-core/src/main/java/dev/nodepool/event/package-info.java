/** What happened, told to listeners. */
@NullMarked
package dev.nodepool.event;

import org.jspecify.annotations.NullMarked;
