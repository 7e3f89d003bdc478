package dev.nodepool.internal.launcher;

import dev.nodepool.event.NodePoolEvent.ProviderChanged;
import dev.nodepool.event.NodePoolEvent.ProviderChanged.Standing;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.view.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds what changed about providers from one look to the next. Lives on the loop. */
final class ProviderFeed {

    private record State(Standing standing, String detail) {}

    private Map<String, State> known = Map.of();

    List<ProviderChanged> look(Collection<ProviderUnit> inForce, Collection<ProviderUnit> leaving, Instant now) {
        var seen = new LinkedHashMap<String, State>();
        leaving.forEach(unit -> seen.put(unit.name(), new State(Standing.LEAVING, "")));
        inForce.forEach(unit -> seen.put(unit.name(), state(unit)));
        var changes = new ArrayList<ProviderChanged>();
        seen.forEach((name, state) -> {
            if (!state.equals(known.get(name))) {
                changes.add(new ProviderChanged(now, name, state.standing(), state.detail()));
            }
        });
        known.keySet().stream()
                .filter(name -> !seen.containsKey(name))
                .forEach(name -> changes.add(new ProviderChanged(now, name, Standing.GONE, "")));
        known = seen;
        return changes;
    }

    private static State state(ProviderUnit unit) {
        var trouble = unit.unavailable().map(Reason::text);
        if (trouble.isPresent()) {
            return new State(Standing.UNAVAILABLE, trouble.get());
        }
        return new State(unit.facts().isEmpty() ? Standing.STARTING : Standing.READY, "");
    }
}
