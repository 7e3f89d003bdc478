package dev.nodepool.internal.assign;

import dev.nodepool.model.NodeRequest;
import java.util.Comparator;

/** Who comes first: precedence, then the requestor's own priority, then arrival. */
public final class RequestOrder {

    public static final Comparator<NodeRequest> FIRST_SERVED_FIRST = Comparator.comparing(NodeRequest::precedence)
            .thenComparingInt(NodeRequest::relativePriority)
            .thenComparing(NodeRequest::sequence);

    private RequestOrder() {}
}
