package dev.nodepool.internal.retention;

import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.model.Node;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which machines of ours are proven leaks. The node id alone proves nothing, since ids begin again when ZooKeeper was
 * emptied: a record knows a machine by its id in the cloud or by the mark of its launch.
 *
 * @param sightings since when each unknown machine was seen in every listing, epoch seconds by external id
 */
public record Leaks(Map<String, Double> sightings) {

    /** So long a machine must have been unknown; a record is always there before its machine. */
    static final double AGE_SECONDS = 60;

    /** More unknown machines than these look like a lost ZooKeeper rather than like leaks. */
    static final int UNSUSPICIOUS = 5;

    static final double UNSUSPICIOUS_SHARE = 0.2;

    public static final Leaks NONE_SEEN = new Leaks(Map.of());

    /**
     * What follows from a listing.
     *
     * @param frozen whether so much is unknown that nothing may be deleted
     * @param proven machines to delete, empty when frozen
     * @param next what to remember until the next listing
     */
    public record Verdict(boolean frozen, List<Instance> proven, Leaks next) {}

    /**
     * Judges a complete listing.
     *
     * @param ours machines with the mark of this installation and provider
     * @param nodes all node records
     * @param now seconds since the epoch
     * @param confirmed whether a person said that the unknown ones are leaks indeed
     */
    public Verdict judge(Collection<Instance> ours, Collection<Node> nodes, double now, boolean confirmed) {
        var known = new HashSet<Object>();
        nodes.forEach(node -> {
            known.add(Objects.requireNonNullElse(node.externalId(), ""));
            known.add(node.launchToken().orElse(""));
        });
        var unknown = ours.stream().filter(machine -> !knows(known, machine)).toList();
        var seen = new HashMap<String, Double>();
        unknown.forEach(machine -> {
            var id = machine.id().toString();
            seen.put(id, sightings.getOrDefault(id, now));
        });
        var next = new Leaks(Map.copyOf(seen));
        if (!confirmed && suspicious(unknown.size(), ours.size(), nodes.isEmpty())) {
            return new Verdict(true, List.of(), next);
        }
        var proven = unknown.stream()
                .filter(machine -> now - seen.getOrDefault(machine.id().toString(), now) >= AGE_SECONDS)
                .toList();
        return new Verdict(false, proven, next);
    }

    /** Whether a record knows a machine. */
    public static boolean knows(Node node, Instance machine) {
        return knows(
                Set.of(
                        Objects.requireNonNullElse(node.externalId(), ""),
                        node.launchToken().orElse("-")),
                machine);
    }

    private static boolean knows(Set<Object> known, Instance machine) {
        return known.contains(machine.id().json())
                || known.contains(machine.metadata().getOrDefault(LaunchSpec.LAUNCH, "no mark"));
    }

    private static boolean suspicious(int unknown, int all, boolean noRecords) {
        return unknown > 0 && noRecords || unknown > UNSUSPICIOUS && unknown > UNSUSPICIOUS_SHARE * all;
    }
}
