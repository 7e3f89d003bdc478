package dev.nodepool.internal.lifecycle;

import org.jspecify.annotations.Nullable;

/**
 * A row of a transition table.
 *
 * @param from the state before, null for a record that does not exist yet
 * @param event what happens
 * @param to the state after
 * @param by who does it
 */
public record Transition<S, E>(@Nullable S from, E event, S to, String by) {}
