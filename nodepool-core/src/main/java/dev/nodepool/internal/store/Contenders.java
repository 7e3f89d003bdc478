package dev.nodepool.internal.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Who contends for which lock, known from event paths alone: nothing below a lock directory is ever read. */
final class Contenders {

    /** What kazoo counts as a contender; the end of the name decides. */
    static final Pattern CONTENDER = Pattern.compile(".*__lock__(-?\\d{10})");

    private final Map<String, Set<String>> byId = new HashMap<>();

    void directory(String id, boolean exists) {
        if (exists) {
            byId.putIfAbsent(id, new HashSet<>());
        } else {
            byId.remove(id);
        }
    }

    /** @return whether it changed whether somebody contends */
    boolean contender(String id, String name, boolean exists) {
        if (!CONTENDER.matcher(name).matches()) {
            return false;
        }
        var names = byId.computeIfAbsent(id, x -> new HashSet<>());
        var before = names.isEmpty();
        if (exists) {
            names.add(name);
        } else {
            names.remove(name);
        }
        return before != names.isEmpty();
    }

    /** Replaces what is known of a directory by its listing. */
    void listed(String id, Collection<String> names) {
        var known = new HashSet<String>();
        names.stream().filter(n -> CONTENDER.matcher(n).matches()).forEach(known::add);
        byId.put(id, known);
    }

    boolean locked(String id) {
        var names = byId.get(id);
        return names != null && !names.isEmpty();
    }

    boolean hasDirectory(String id) {
        return byId.containsKey(id);
    }

    Set<String> directories() {
        return Set.copyOf(byId.keySet());
    }

    void retain(Set<String> ids) {
        byId.keySet().retainAll(ids);
    }
}
