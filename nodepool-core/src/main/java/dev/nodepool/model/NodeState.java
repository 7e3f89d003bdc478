package dev.nodepool.model;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** States of a node. */
public enum NodeState implements RecordState {
    INIT("init"),
    BUILDING("building"),
    TESTING("testing"),
    READY("ready"),
    IN_USE("in-use"),
    USED("used"),
    HOLD("hold"),
    DELETING("deleting"),
    FAILED("failed"),
    ABORTED("aborted"),
    DELETED("deleted"),
    /** A state this version does not know: such a record is left alone. */
    UNKNOWN("unknown");

    private static final Map<String, NodeState> BY_TEXT = Arrays.stream(values())
            .filter(s -> s != UNKNOWN)
            .collect(Collectors.toMap(NodeState::text, Function.identity()));

    private final String text;

    NodeState(String text) {
        this.text = text;
    }

    /** The state of a text, {@link #UNKNOWN} when there is no such state. */
    public static NodeState of(String text) {
        return BY_TEXT.getOrDefault(text, UNKNOWN);
    }

    @Override
    public String text() {
        return text;
    }
}
