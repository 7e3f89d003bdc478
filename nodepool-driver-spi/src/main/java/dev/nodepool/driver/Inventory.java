package dev.nodepool.driver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The ability to lend machines that exist already, instead of creating them: racks of hosts, machines that several users
 * share.
 *
 * <p>A host offers a number of slots, and each slot is one node. The driver says which hosts there are and whether one is
 * reached; the core does the rest: it enters a ready node for each slot once the host has passed its check, changes the
 * nodes when a host changes, takes them away when a host goes or fails, and enters a slot anew after its node was used. It
 * never asks such a provider to create or delete a machine. A request for a label without a free slot waits, and is told
 * so; it is neither declined nor does it hold up others. Only a request that all hosts together could not serve is
 * declined.
 *
 * <p>The core checks a host before it enters slots of it, and looks once more whether it is reached when a node of it is
 * handed out. A host that fails is tried again after a minute. Host keys are scanned by the core, not by the driver.
 *
 * <p>Methods must not block and may be called from several threads at once.
 */
public interface Inventory {

    /**
     * The hosts as they are now, in an order that stays. No two may have the same {@link Identity}; of those that do the
     * first one counts. Each host's pool must be one of the provider's, and its labels among those of the pool.
     */
    List<Host> hosts();

    /**
     * Looks up where a host is and, if it is to be {@link Host#checked()}, whether something listens at its port.
     *
     * @return the host's addresses, of which the first is stored as the preferred one; fails with
     *     {@link DriverException} when the host can not be used now, with a message for people
     */
    CompletableFuture<Instance.Addresses> probe(Host host);

    /**
     * Asks to be told when {@link #hosts()} answers something else, until the provider is closed. Not needed by drivers
     * whose hosts come from the configuration alone: a changed configuration opens a new provider.
     *
     * @param changed may be run on any thread and returns at once
     */
    default void onChange(Runnable changed) {}

    /**
     * What tells hosts of one provider apart.
     *
     * @param name host name or address
     * @param username login name, null when there is none
     * @param port TCP port
     */
    record Identity(String name, @Nullable String username, int port) {

        @Override
        public String toString() {
            return (username == null ? "" : username + "@") + name + ":" + port;
        }
    }

    /**
     * A machine that exists already.
     *
     * @param pool name of the pool it belongs to
     * @param name host name or address, by which users reach it
     * @param access how it is used
     * @param slots how many nodes it is at the same time, at least 1
     * @param labels what each of its nodes offers
     * @param checked whether it is contacted at all; when not, it counts as reached and its keys are believed
     * @param hostKeys keys that it must show, {@code type base64} each; it may show others too
     * @param timeout longest time for one attempt to reach it
     */
    record Host(
            String pool,
            String name,
            Access access,
            int slots,
            List<String> labels,
            boolean checked,
            List<String> hostKeys,
            Duration timeout) {

        public Host {
            if (slots < 1) {
                throw new IllegalArgumentException("a host has at least one slot, not " + slots);
            }
            labels = List.copyOf(labels);
            hostKeys = List.copyOf(hostKeys);
        }

        public Identity identity() {
            return new Identity(name, access.username(), access.port());
        }
    }
}
