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

    /** Directories that are being listed, with whether an event has told something since that the listing may lack. */
    private final Map<String, Boolean> listings = new HashMap<>();

    /** What events have told of since the copy is being made anew: the listing of all may be older. */
    private final Set<String> came = new HashSet<>();

    private boolean walking;

    /** Told by an event. */
    void directory(String id, boolean exists) {
        disturb(id);
        if (exists) {
            // Whoever contended in one of the same path before is gone with it.
            byId.put(id, new HashSet<>());
        } else {
            byId.remove(id);
        }
    }

    /** @return whether it changed whether somebody contends */
    boolean contender(String id, String name, boolean exists) {
        if (!CONTENDER.matcher(name).matches()) {
            return false;
        }
        disturb(id);
        var names = byId.computeIfAbsent(id, x -> new HashSet<>());
        var before = names.isEmpty();
        if (exists) {
            names.add(name);
        } else {
            names.remove(name);
        }
        return before != names.isEmpty();
    }

    private void disturb(String id) {
        listings.computeIfPresent(id, (x, disturbed) -> true);
        if (walking) {
            came.add(id);
        }
    }

    /** The copy is being made anew from here on. */
    void beginWalk() {
        walking = true;
        listings.clear();
        came.clear();
    }

    void endWalk() {
        walking = false;
        came.clear();
    }

    void beginListing(String id) {
        listings.put(id, false);
    }

    /**
     * Replaces what is known of a directory by its listing.
     *
     * @param names empty also when there is no such directory
     * @return false when events came between, so that it has to be listed again
     */
    boolean listed(String id, boolean exists, Collection<String> names) {
        if (Boolean.TRUE.equals(listings.remove(id))) {
            return false;
        }
        if (!exists) {
            byId.remove(id);
            return true;
        }
        var known = new HashSet<String>();
        names.stream().filter(n -> CONTENDER.matcher(n).matches()).forEach(known::add);
        byId.put(id, known);
        return true;
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

    /** Forgets what is not in the listing of all directories and was not told by an event since. */
    void retain(Set<String> ids) {
        byId.keySet().removeIf(id -> !ids.contains(id) && !came.contains(id));
    }
}
