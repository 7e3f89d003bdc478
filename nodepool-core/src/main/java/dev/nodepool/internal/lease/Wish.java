package dev.nodepool.internal.lease;

import dev.nodepool.model.NodeRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What somebody in this process waits for, with its answer; whatever becomes of the requests made for it.
 *
 * @param requestor who asks
 */
record Wish(LeaseOrder order, String requestor, CompletableFuture<Lease> answer) {

    String prefix() {
        return "%03d-".formatted(order.precedence());
    }

    List<String> labels() {
        return order.labels();
    }

    /** @param mark of this request alone, by which it is found when the answer to its creation is lost */
    NodeRequest.Order request(String mark) {
        return new NodeRequest.Order(
                order.labels(), requestor, true, order.provider(), order.relativePriority(), order.tenant(), mark);
    }
}
