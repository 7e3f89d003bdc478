package dev.nodepool.view;

import dev.nodepool.model.Node;
import java.time.Instant;

/**
 * A node as ZooKeeper has it.
 *
 * @param node its record
 * @param locked whether somebody holds its lock or waits for it
 */
public record NodeView(Node node, boolean locked) {

    public String id() {
        return node.id();
    }

    /** The state as stored, also one that this version does not know. */
    public String state() {
        return node.doc().text(Node.STATE).orElse("");
    }

    /** When it came into this state. */
    public Instant since() {
        return Instant.ofEpochMilli(Math.round(node.stateTime() * 1000));
    }
}
