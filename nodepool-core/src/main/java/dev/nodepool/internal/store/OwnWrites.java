package dev.nodepool.internal.store;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells the events of our own writes from those of others, so that what a reply has told is not read again. An event
 * comes before the reply of the write that caused it; so while a write of a record is under way its events are counted,
 * and one of them is the write's own if it succeeds.
 */
final class OwnWrites {

    private final Map<String, Pending> writes = new HashMap<>();
    private final Set<String> unexplained = new HashSet<>();
    private int creations;

    void begin(String id) {
        writes.computeIfAbsent(id, x -> new Pending()).underWay++;
    }

    /** @return whether somebody else wrote the record meanwhile, so that it has to be read */
    boolean end(String id, boolean succeeded) {
        var pending = writes.get(id);
        if (pending == null) {
            return !succeeded;
        }
        if (succeeded && pending.events > 0) {
            pending.events--;
        }
        if (--pending.underWay > 0) {
            return false;
        }
        writes.remove(id);
        return pending.events > 0;
    }

    boolean underWay(String id) {
        return writes.containsKey(id);
    }

    void beginCreation() {
        creations++;
    }

    /**
     * Ends a creation. The server answers in order, so what has a lower number than what we made, and is not explained
     * yet, was made by others.
     *
     * @param id what was made, an empty text when it failed
     * @return records that others made meanwhile and that have to be read
     */
    Set<String> endCreation(String id) {
        unexplained.remove(id);
        creations = Math.max(0, creations - 1);
        var others = new HashSet<String>();
        for (var other : unexplained) {
            if (creations == 0 || !id.isEmpty() && number(other).compareTo(number(id)) < 0) {
                others.add(other);
            }
        }
        unexplained.removeAll(others);
        return others;
    }

    /** The digits the server gave: the same counter for all names below one parent. */
    private static String number(String id) {
        return id.substring(Math.max(0, id.length() - 10));
    }

    /** @return whether the event may be our own and nothing is to be read yet */
    boolean explainsChange(String id) {
        var pending = writes.get(id);
        if (pending == null) {
            return false;
        }
        pending.events++;
        return true;
    }

    /** @return whether the creation may be our own and nothing is to be read yet */
    boolean explainsCreation(String id) {
        if (creations == 0) {
            return false;
        }
        unexplained.add(id);
        return true;
    }

    /** Whether a creation was seen that nobody has claimed yet. */
    boolean mayExist(String id) {
        return unexplained.contains(id);
    }

    void gone(String id) {
        unexplained.remove(id);
    }

    void clear() {
        writes.clear();
        unexplained.clear();
        creations = 0;
    }

    private static final class Pending {
        int underWay;
        int events;
    }
}
