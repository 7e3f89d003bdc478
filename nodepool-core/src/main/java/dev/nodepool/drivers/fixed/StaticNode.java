package dev.nodepool.drivers.fixed;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.driver.Inventory.Identity;
import java.time.Duration;
import java.util.List;

/**
 * A host that exists already. Name, user name and port together identify it.
 *
 * @param name host name or address
 * @param labels labels its nodes have
 * @param timeout longest time for a check whether it is reached
 * @param hostKeys host keys it must show; all are accepted when empty
 * @param hostKeyChecking whether it is contacted at all; when not, its configured keys are believed
 * @param maxParallelJobs how many nodes it is at the same time
 */
public record StaticNode(
        String name,
        List<String> labels,
        Duration timeout,
        List<String> hostKeys,
        boolean hostKeyChecking,
        int maxParallelJobs,
        Access access) {

    public StaticNode {
        labels = List.copyOf(labels);
        hostKeys = List.copyOf(hostKeys);
    }

    Host host(String pool) {
        return new Host(pool, name, access, maxParallelJobs, labels, hostKeyChecking, hostKeys, timeout);
    }

    Identity identity() {
        return new Identity(name, access.username(), access.port());
    }
}
