package dev.nodepool.view;

import java.util.List;
import java.util.Map;

/**
 * How the search for leaked things stands at one provider.
 *
 * @param frozen why something is held back, for people; empty when nothing is
 * @param since since when, seconds since the epoch; 0 when nothing is held back
 * @param kinds by kind of thing ({@code instances}, {@code ports}), how many carry our marks or are listed by a rule
 * @param held by kind, ids of what is held back, in order; perhaps not all
 * @param heldInAll how many are held back
 * @param confirmed how many that a person confirmed are still there
 * @param failing how many could not be deleted at the last try, which is repeated
 * @param ordered whether a confirmation waits for the next sweep
 */
public record SweepView(
        String provider,
        String frozen,
        double since,
        Map<String, Kind> kinds,
        Map<String, List<String>> held,
        int heldInAll,
        int confirmed,
        int failing,
        boolean ordered) {

    /**
     * @param all how many there are
     * @param unknown how many of them no node record knows
     */
    public record Kind(int all, int unknown) {}

    public SweepView {
        kinds = Map.copyOf(kinds);
        held = Map.copyOf(held);
    }
}
