package dev.nodepool.model;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** States of an image upload. */
public enum UploadState implements RecordState {
    UPLOADING("uploading"),
    READY("ready"),
    FAILED("failed"),
    DELETING("deleting"),
    /** A state this version does not know: such a record is left alone. */
    UNKNOWN("unknown");

    private static final Map<String, UploadState> BY_TEXT = Arrays.stream(values())
            .filter(s -> s != UNKNOWN)
            .collect(Collectors.toMap(UploadState::text, Function.identity()));

    private final String text;

    UploadState(String text) {
        this.text = text;
    }

    /** The state of a text, {@link #UNKNOWN} when there is no such state. */
    public static UploadState of(String text) {
        return BY_TEXT.getOrDefault(text, UNKNOWN);
    }

    @Override
    public String text() {
        return text;
    }
}
