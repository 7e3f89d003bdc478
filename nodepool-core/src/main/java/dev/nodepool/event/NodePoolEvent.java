package dev.nodepool.event;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that this process did or saw. Immutable. */
public sealed interface NodePoolEvent {

    /** When it was seen, by the wall clock. */
    Instant at();

    /**
     * A request changed.
     *
     * @param state its state as stored, e.g. {@code pending}; {@code gone} when its record was removed
     * @param labels the labels asked for
     * @param nodes ids of the nodes, in the order of the labels, empty before it is fulfilled
     * @param detail why, for people; empty when there is nothing to say
     */
    record RequestChanged(
            Instant at, String request, String state, List<String> labels, List<String> nodes, String detail)
            implements NodePoolEvent {}

    /**
     * A node changed.
     *
     * @param state its state as stored, e.g. {@code building}; {@code gone} when its record was removed
     * @param address where it is reached, null before that is known
     * @param request the request it is allocated to, null for none
     * @param detail why, for people; empty when there is nothing to say
     */
    record NodeChanged(
            Instant at,
            String node,
            String state,
            String label,
            @Nullable String provider,
            @Nullable String address,
            @Nullable String request,
            String detail)
            implements NodePoolEvent {}

    /**
     * How a provider of the launcher in this process stands changed; a client without a launcher never tells it.
     *
     * @param detail why, for people; empty when there is nothing to say
     */
    record ProviderChanged(Instant at, String provider, Standing standing, String detail) implements NodePoolEvent {

        /** How a provider can stand. */
        public enum Standing {
            /** Its driver was opened, its limits are not known yet. */
            STARTING,
            /** Machines are launched there. */
            READY,
            /** Nothing is launched there for the time being; the detail says why. */
            UNAVAILABLE,
            /** It left the configuration and is there only until its nodes are gone. */
            LEAVING,
            /** This launcher has nothing to do with it any more. */
            GONE
        }
    }

    /** The connection to ZooKeeper changed: {@code connected}, {@code suspended} or {@code lost}. */
    record SessionChanged(Instant at, String state) implements NodePoolEvent {}
}
