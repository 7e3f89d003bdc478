package dev.nodepool.internal.lifecycle;

import dev.nodepool.model.RecordState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All legal transitions of one kind of record. */
public final class TransitionTable<S extends RecordState, E extends Enum<E>> {

    private final String record;
    private final List<Transition<S, E>> rows;
    private final Map<Key<S, E>, S> targets = new HashMap<>();

    private TransitionTable(String record, List<Transition<S, E>> rows) {
        this.record = record;
        this.rows = List.copyOf(rows);
        for (var row : rows) {
            if (targets.put(new Key<>(row.from(), row.event()), row.to()) != null) {
                throw new IllegalArgumentException("two rows for " + row.from() + " and " + row.event());
            }
        }
    }

    /** Name of the kind of record, for people. */
    public String record() {
        return record;
    }

    public List<Transition<S, E>> rows() {
        return rows;
    }

    /**
     * The state that an event leads to.
     *
     * @param from the state now, null for a record about to be created
     * @throws IllegalTransitionException when the event can not happen in this state
     */
    public S next(@Nullable S from, E event) {
        return target(from, event)
                .orElseThrow(
                        () -> new IllegalTransitionException(record, from == null ? "not there" : from.text(), event));
    }

    /** Whether an event can happen in a state. */
    public boolean allows(@Nullable S from, E event) {
        return targets.containsKey(new Key<>(from, event));
    }

    private Optional<S> target(@Nullable S from, E event) {
        return Optional.ofNullable(targets.get(new Key<>(from, event)));
    }

    private record Key<S, E>(@Nullable S from, E event) {}

    /** Collects rows in the order in which the documentation shows them. */
    static final class Builder<S extends RecordState, E extends Enum<E>> {

        private final String record;
        private final List<Transition<S, E>> rows = new ArrayList<>();

        Builder(String record) {
            this.record = record;
        }

        Builder<S, E> create(E event, S to, String by) {
            rows.add(new Transition<>(null, event, to, by));
            return this;
        }

        Builder<S, E> on(E event, S to, String by, List<S> from) {
            from.forEach(state -> rows.add(new Transition<>(state, event, to, by)));
            return this;
        }

        Builder<S, E> on(S from, E event, S to, String by) {
            return on(event, to, by, List.of(from));
        }

        TransitionTable<S, E> build() {
            return new TransitionTable<>(record, rows);
        }
    }
}
