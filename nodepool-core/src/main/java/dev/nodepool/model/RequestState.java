package dev.nodepool.model;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** States of a node request. */
public enum RequestState implements RecordState {
    REQUESTED("requested"),
    PENDING("pending"),
    FULFILLED("fulfilled"),
    FAILED("failed"),
    /** A state this version does not know: such a record is left alone. */
    UNKNOWN("unknown");

    private static final Map<String, RequestState> BY_TEXT = Arrays.stream(values())
            .filter(s -> s != UNKNOWN)
            .collect(Collectors.toMap(RequestState::text, Function.identity()));

    private final String text;

    RequestState(String text) {
        this.text = text;
    }

    /** The state of a text, {@link #UNKNOWN} when there is no such state. */
    public static RequestState of(String text) {
        return BY_TEXT.getOrDefault(text, UNKNOWN);
    }

    @Override
    public String text() {
        return text;
    }
}
