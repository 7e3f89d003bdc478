/**
 * Machines that exist already: their node records are kept in step with the hosts, whatever dies or changes in between.
 */
@NullMarked
package dev.nodepool.internal.inventory;

import org.jspecify.annotations.NullMarked;
