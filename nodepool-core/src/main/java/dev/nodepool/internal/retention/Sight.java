package dev.nodepool.internal.retention;

/**
 * A thing as a listing showed it.
 *
 * @param marked whether it carries the marks of this installation and provider; otherwise a rule of the driver vouches
 *     for it
 * @param known whether a record knows it
 */
public record Sight(Thing thing, boolean marked, boolean known) {}
