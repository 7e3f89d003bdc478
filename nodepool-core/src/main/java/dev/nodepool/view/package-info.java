/** Rows for people and programs that want to know how things stand. */
@NullMarked
package dev.nodepool.view;

import org.jspecify.annotations.NullMarked;
