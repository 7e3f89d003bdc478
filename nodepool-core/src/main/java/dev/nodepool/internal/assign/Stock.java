package dev.nodepool.internal.assign;

import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.Reason;
import dev.nodepool.view.Reason.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pool whose machines exist already could lend, now or later. Immutable.
 *
 * @param slots the labels of each slot of each of its hosts
 * @param registered the same of each slot that is free or will be when its user is done
 */
public record Stock(List<List<String>> slots, List<List<String>> registered) {

    public Stock {
        slots = List.copyOf(slots);
        registered = List.copyOf(registered);
    }

    /** Why a request can not be served now, knowing that not all it needs is free. */
    Reason refusal(NodeRequest request, Shelf.Choice choice) {
        if (request.minReady()) {
            return new Reason(Code.NO_ROOM_FOR_MIN_READY, "hosts that exist are ready whenever they are free");
        }
        if (!serves(slots, request.labels())) {
            return new Reason(Code.TOO_BIG, "the pool has fewer hosts and slots than the request needs");
        }
        var label = choice.launches().get(0);
        return new Reason(
                Code.NO_FREE_HOST,
                "no free slot of label " + label + ": of " + count(slots, label) + " configured, "
                        + count(registered, label) + " are registered and in use or kept for an older request");
    }

    /** Whether a request will be served when those who have slots now give them back. */
    boolean willServe(List<String> labels) {
        return serves(registered, labels);
    }

    private static boolean serves(List<List<String>> slots, List<String> labels) {
        Map<String, List<Integer>> having = new HashMap<>();
        for (var slot = 0; slot < slots.size(); slot++) {
            for (var label : slots.get(slot)) {
                having.computeIfAbsent(label, l -> new ArrayList<>()).add(slot);
            }
        }
        return Matching.complete(
                labels, label -> Optional.ofNullable(having.get(label)).orElse(List.of()));
    }

    private static long count(List<List<String>> slots, String label) {
        return slots.stream().filter(labels -> labels.contains(label)).count();
    }
}
