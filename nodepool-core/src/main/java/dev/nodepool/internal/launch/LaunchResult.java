package dev.nodepool.internal.launch;

import dev.nodepool.internal.store.Held;
import dev.nodepool.model.Node;

/** How the attempt to have one node for a request ended. */
public sealed interface LaunchResult {

    /** It is ready and ours. */
    record Ready(Held<Node> node) implements LaunchResult {}

    /** It can not be had here; its record says so already. */
    record Failed(String why) implements LaunchResult {}

    /** Its zone has no room for it; its record says so already. */
    record NoCapacity(String why) implements LaunchResult {}

    /**
     * It could not be had now: quota, a cloud that does not answer, somebody else was faster.
     *
     * @param unexplained whether nothing else tells when it is worth trying again, so that a pause has to
     */
    record NotNow(String why, boolean unexplained) implements LaunchResult {

        NotNow(String why) {
            this(why, false);
        }
    }
}
