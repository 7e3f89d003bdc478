package dev.nodepool.internal.store;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells the events of our own writes from those of others, so that what a reply has told is not read again. An event
 * comes before the reply of the write that caused it; so while a write of a record is under way its events are counted,
 * and one of them is the write's own if it succeeds. A reply may be handled late, after events of what came later.
 */
final class OwnWrites {

    /** What to make of a reply. */
    enum Reply {
        /** It tells what the record is. */
        TRUE,
        /** It tells what the record was; others have written since, so it has to be read. */
        OLD,
        /** The record may be gone: only reading tells. */
        USELESS
    }

    private final Map<String, Pending> writes = new HashMap<>();
    private final Set<String> unexplained = new HashSet<>();
    private final Set<String> goneMeanwhile = new HashSet<>();
    private int creations;
    private int walk;

    void begin(String id) {
        writes.computeIfAbsent(id, x -> new Pending()).underWay++;
    }

    Reply end(String id, boolean succeeded) {
        var pending = writes.get(id);
        if (pending == null || !succeeded) {
            end(id, pending);
            return Reply.USELESS;
        }
        pending.events = Math.max(0, pending.events - 1);
        end(id, pending);
        if (pending.gone) {
            return Reply.USELESS;
        }
        return pending.underWay == 0 && pending.events > 0 ? Reply.OLD : Reply.TRUE;
    }

    private void end(String id, @org.jspecify.annotations.Nullable Pending pending) {
        if (pending != null && --pending.underWay == 0) {
            writes.remove(id);
        }
    }

    boolean underWay(String id) {
        return writes.containsKey(id);
    }

    /** @return what to end it with */
    int beginCreation() {
        creations++;
        return walk;
    }

    /** Whether the reply of a creation tells what the record is, and not only what it was. */
    boolean stillThere(int begun, String id) {
        return begun == walk && !goneMeanwhile.contains(id);
    }

    /**
     * Ends a creation. The server answers in order, so what has a lower number than what we made, and is not explained
     * yet, was made by others.
     *
     * @param id what was made, an empty text when it failed
     * @return records that others made meanwhile and that have to be read
     */
    Set<String> endCreation(int begun, String id) {
        if (begun != walk) {
            return Set.of();
        }
        unexplained.remove(id);
        creations--;
        var others = new HashSet<String>();
        for (var other : unexplained) {
            if (creations == 0 || !id.isEmpty() && number(other).compareTo(number(id)) < 0) {
                others.add(other);
            }
        }
        unexplained.removeAll(others);
        if (creations == 0) {
            goneMeanwhile.clear();
        }
        return others;
    }

    /** The digits the server gave: the same counter for all names below one parent. */
    static String number(String id) {
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

    /** Creations that nobody has claimed yet. */
    Set<String> unclaimed() {
        return Set.copyOf(unexplained);
    }

    void gone(String id) {
        unexplained.remove(id);
        if (creations > 0) {
            goneMeanwhile.add(id);
        }
        var pending = writes.get(id);
        if (pending != null) {
            pending.gone = true;
        }
    }

    /** The copy is made anew: replies to what was sent before tell nothing any more. */
    void clear() {
        walk++;
        writes.clear();
        unexplained.clear();
        goneMeanwhile.clear();
        creations = 0;
    }

    private static final class Pending {
        int underWay;
        int events;
        boolean gone;
    }
}
