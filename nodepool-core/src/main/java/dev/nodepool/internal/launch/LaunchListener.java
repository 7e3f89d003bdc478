package dev.nodepool.internal.launch;

/** Is told how launches go. */
@FunctionalInterface
public interface LaunchListener {

    /** An attempt to have a node ended, or the launch did for another reason. Called on the loop. */
    void ended(LaunchEnd end);
}
