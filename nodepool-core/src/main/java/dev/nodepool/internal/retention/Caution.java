package dev.nodepool.internal.retention;

import java.util.Set;

/**
 * What is kept beside the records of doubts and of what a person said about them. Immutable.
 *
 * @param withheld things that were unknown when the records had been lost; they stay until a person confirms them
 * @param confirmed things of which a person said that they are leaks indeed, and which are still there
 * @param trusted the making of the place of the records that is in order although it is newer than the installation, 0
 *     for none
 */
public record Caution(Set<Thing> withheld, Set<Thing> confirmed, long trusted) {

    public static final Caution NONE = new Caution(Set.of(), Set.of(), 0);

    public Caution {
        withheld = Set.copyOf(withheld);
        confirmed = Set.copyOf(confirmed);
    }
}
