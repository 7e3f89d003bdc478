package dev.nodepool.internal.assign;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds for each label something that has it, nothing twice. Things with several labels make the order matter: what is
 * given to the first label may be all that the second one could have had, so earlier choices are revised.
 */
final class Matching<T> {

    private final List<String> labels;
    private final Function<String, ? extends Iterable<T>> having;
    private final Map<T, Integer> holder = new HashMap<>();

    private Matching(List<String> labels, Function<String, ? extends Iterable<T>> having) {
        this.labels = labels;
        this.having = having;
    }

    /**
     * As many as can be had at once.
     *
     * @param having what has a label, best first; the same each time it is asked
     * @return in the order of the labels, null for those that get nothing
     */
    static <T> List<@Nullable T> of(List<String> labels, Function<String, ? extends Iterable<T>> having) {
        var matching = new Matching<>(labels, having);
        for (var label = 0; label < labels.size(); label++) {
            matching.serve(label, new HashSet<>());
        }
        List<@Nullable T> found = new ArrayList<>(Collections.nCopies(labels.size(), null));
        matching.holder.forEach((thing, label) -> found.set(label, thing));
        return found;
    }

    /** Whether all labels can be had at once. */
    static <T> boolean complete(List<String> labels, Function<String, ? extends Iterable<T>> having) {
        return of(labels, having).stream().noneMatch(Objects::isNull);
    }

    private boolean serve(int label, Set<T> asked) {
        for (var thing : having.apply(labels.get(label))) {
            if (asked.add(thing)) {
                var other = holder.get(thing);
                if (other == null || serve(other, asked)) {
                    holder.put(thing, label);
                    return true;
                }
            }
        }
        return false;
    }
}
