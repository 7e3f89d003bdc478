package dev.nodepool.internal.launcher;

import java.util.List;

/** Long lists in messages: the first few and how many more there are. */
final class Some {

    private static final int SHOWN = 20;

    private Some() {}

    static String of(List<String> all) {
        var shown = String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
        return all.size() <= SHOWN ? shown : shown + " and " + (all.size() - SHOWN) + " more";
    }
}
