package dev.nodepool.internal.inventory;

import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.driver.Inventory.Identity;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What has to happen so that the records of a provider are those of its hosts. Pure.
 *
 * @param vacant slots without a record
 * @param changes records that say something that is no longer so
 * @param retired ids of records to take away
 */
record SlotPlan(List<Slot> vacant, List<Change> changes, List<String> retired) {

    /** One of the nodes that a host is, counted from 0. */
    record Slot(Identity host, int number) {}

    /** @param fields those that differ, with their new values */
    record Change(String node, Map<String, @Nullable Object> fields) {}

    /**
     * A host and what its records should say.
     *
     * @param fields what is to be stored, null while that is not known
     * @param down whether it failed its check
     */
    record Wanted(Host host, @Nullable Map<String, ? extends @Nullable Object> fields, boolean down) {}

    /**
     * A record of the provider.
     *
     * @param free whether it may be changed or taken away: ready, of no request, locked by nobody
     * @param leaving whether it is about to go, so that it holds its slot only for as long as it is there
     */
    record Occupant(Node node, boolean free, boolean leaving) {

        String id() {
            return node.id();
        }

        @Nullable Identity identity() {
            return node.hostname() == null ? null : new Identity(node.hostname(), node.username(), node.port());
        }

        /** Which slot it says it is; negative when it says nothing, as old records do. */
        int slot() {
            return node.doc().get(Node.SLOT) instanceof Number number && number.intValue() >= 0
                    ? number.intValue()
                    : NONE;
        }
    }

    private static final int NONE = -1;

    /** Nobody uses a host by these: what older launchers left behind, and what never became a node. */
    private static final Set<NodeState> NO_USE =
            EnumSet.of(NodeState.INIT, NodeState.BUILDING, NodeState.FAILED, NodeState.ABORTED, NodeState.DELETED);

    /** Of two records of one slot the one in use stays, else the older one; what leaves has no say. */
    private static final Comparator<Occupant> WHO_STAYS = Comparator.comparing(Occupant::leaving)
            .thenComparing(Occupant::free)
            .thenComparing(Occupant::id);

    static SlotPlan of(List<Wanted> hosts, Collection<Occupant> records) {
        var byHost = new HashMap<Identity, List<Occupant>>();
        var orphans = new LinkedHashMap<String, Deque<Occupant>>();
        var known = hosts.stream().map(w -> w.host().identity()).collect(Collectors.toSet());
        records.stream()
                .filter(o -> !NO_USE.contains(o.node().state()))
                .sorted(WHO_STAYS)
                .forEach(occupant -> {
                    var identity = occupant.identity();
                    if (identity != null && known.contains(identity)) {
                        byHost.computeIfAbsent(identity, i -> new ArrayList<>()).add(occupant);
                    } else if (occupant.free()) {
                        orphans.computeIfAbsent(
                                        Objects.requireNonNullElse(
                                                occupant.node().hostname(), ""),
                                        n -> new ArrayDeque<>())
                                .add(occupant);
                    }
                });
        var plan = new SlotPlan(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (var wanted : hosts) {
            plan.add(
                    wanted,
                    byHost.getOrDefault(wanted.host().identity(), List.of()),
                    orphans.getOrDefault(wanted.host().name(), new ArrayDeque<>()));
        }
        orphans.values().stream().flatMap(Deque::stream).map(Occupant::id).forEach(plan.retired::add);
        return plan;
    }

    private void add(Wanted wanted, List<Occupant> occupants, Deque<Occupant> orphansOfTheName) {
        var slots = new @Nullable Occupant[wanted.host().slots()];
        var surplus = new ArrayList<Occupant>();
        Stream.concat(
                        occupants.stream().filter(o -> o.slot() != NONE),
                        occupants.stream().filter(o -> o.slot() == NONE))
                .forEach(occupant -> {
                    var slot = occupant.slot() == NONE ? firstVacant(slots) : occupant.slot();
                    if (slot < slots.length && slots[slot] == null) {
                        slots[slot] = occupant;
                    } else {
                        surplus.add(occupant);
                    }
                });
        surplus.stream().filter(Occupant::free).map(Occupant::id).forEach(retired::add);
        for (var number = 0; number < slots.length; number++) {
            var occupant = slots[number];
            if (occupant != null) {
                bring(wanted, occupant, number);
            } else {
                fill(wanted, number, orphansOfTheName);
            }
        }
    }

    /** The number behind the last one when all are taken. */
    private static int firstVacant(@Nullable Occupant[] slots) {
        var slot = 0;
        while (slot < slots.length && slots[slot] != null) {
            slot++;
        }
        return slot;
    }

    private void bring(Wanted wanted, Occupant occupant, int slot) {
        if (!occupant.free()) {
            return;
        }
        if (wanted.down()) {
            retired.add(occupant.id());
        } else if (wanted.fields() != null) {
            change(occupant, wanted.fields(), slot);
        }
    }

    /** A host whose user or port changed keeps its records; before its check nothing is decided on them. */
    private void fill(Wanted wanted, int slot, Deque<Occupant> orphansOfTheName) {
        var orphan = wanted.down() ? null : orphansOfTheName.poll();
        if (orphan == null) {
            vacant.add(new Slot(wanted.host().identity(), slot));
        } else if (wanted.fields() != null) {
            change(orphan, wanted.fields(), slot);
        }
    }

    private void change(Occupant occupant, Map<String, ? extends @Nullable Object> fields, int slot) {
        var differing = new LinkedHashMap<String, @Nullable Object>(fields);
        differing.put(Node.SLOT, slot);
        differing.entrySet().removeIf(e -> Objects.equals(occupant.node().doc().get(e.getKey()), e.getValue()));
        if (!differing.isEmpty()) {
            changes.add(new Change(occupant.id(), differing));
        }
    }
}
