package dev.nodepool.internal.launch;

import dev.nodepool.driver.DriverException;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;

/** How an attempt to have a node ended, in the words of Python's figures. */
public enum LaunchOutcome {
    READY("ready"),
    ZK_SESSION("error.zksession"),
    QUOTA("error.quota"),
    /** Its disk image is not uploaded. */
    NO_IMAGE("error.nodepool"),
    /** The machine was there and failed before it was up. */
    STATUS("error.status"),
    NETWORK("error.network"),
    /** The machine was up and could not be reached, or told no host keys. */
    KEYSCAN("error.keyscan"),
    CREATE_TIMEOUT("error.servercreatetimeout"),
    /** What an attempt left could not be deleted in time for the next one. */
    DELETE_TIMEOUT("error.serverdeletetimeout"),
    CAPACITY("error.capacity"),
    UNKNOWN("error.unknown");

    private final String text;

    LaunchOutcome(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** How far an attempt had come when it failed. */
    enum Stage {
        ASKED,
        /** The cloud has named the machine. */
        MADE,
        /** The machine was up. */
        UP,
        /** There was no more time. */
        OVERDUE
    }

    static LaunchOutcome of(DriverException failure, Stage stage) {
        return switch (failure.fault()) {
            case QUOTA_EXCEEDED -> QUOTA;
            case NO_CAPACITY -> CAPACITY;
            case NO_ADDRESS -> NETWORK;
            case UNEXPECTED -> unexpected(stage);
            default -> UNKNOWN;
        };
    }

    private static LaunchOutcome unexpected(Stage stage) {
        return switch (stage) {
            case ASKED -> UNKNOWN;
            case MADE -> STATUS;
            case UP -> KEYSCAN;
            case OVERDUE -> CREATE_TIMEOUT;
        };
    }

    /** @param failure of ZooKeeper, or of what was to be stored there */
    static LaunchOutcome ofStore(Throwable failure) {
        return TreeException.codeOf(failure) == Code.SESSION_EXPIRED ? ZK_SESSION : UNKNOWN;
    }
}
