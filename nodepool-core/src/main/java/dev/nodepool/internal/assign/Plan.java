package dev.nodepool.internal.assign;

import dev.nodepool.view.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to do now.
 *
 * @param taken requests to serve
 * @param refused for each other request, why each of our pools does not take it, by launcher id
 * @param evicted ready nodes to delete because an older request waits for what they take
 * @param waitingPools launcher ids of pools in which a request waits for something that may take long
 */
public record Plan(
        List<Taken> taken, Map<String, Map<String, Reason>> refused, List<String> evicted, List<String> waitingPools) {

    /**
     * A request to serve.
     *
     * @param launcherId the pool that serves it
     * @param nodes how each node is had, in the order of the labels
     * @param az the availability zone of the nodes that are used again, null when there are none or it is unknown
     */
    public record Taken(
            String request,
            String launcherId,
            List<NodePlan> nodes,
            @Nullable String az) {}

    /** How a node is had. */
    public sealed interface NodePlan {

        String label();

        /** A ready node is used again. */
        record Reuse(String label, String node) implements NodePlan {}

        /** A new machine is launched. */
        record Launch(String label) implements NodePlan {}
    }
}
