package dev.nodepool.runner.command;

import java.util.Optional;

/** Asks the person at the terminal. */
interface Questions {

    /** Whether there is somebody to ask. */
    boolean somebodyThere();

    /** What was answered to a text without line end; empty when nobody answers any more. */
    Optional<String> ask(String text);
}
