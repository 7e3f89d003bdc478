package dev.nodepool.drivers.fixed;

import dev.nodepool.driver.LabelSettings;
import dev.nodepool.driver.PoolSettings;
import java.util.List;

/**
 * A pool of hosts.
 *
 * @param nodes its hosts in the order of the file
 */
public record StaticPool(String name, List<StaticNode> nodes) implements PoolSettings {

    public StaticPool {
        nodes = List.copyOf(nodes);
    }

    /** The labels of all hosts, each once. */
    @Override
    public List<Label> labels() {
        return nodes.stream()
                .flatMap(node -> node.labels().stream())
                .distinct()
                .map(Label::new)
                .toList();
    }

    /** A label some host has; how it is reached depends on the host. */
    public record Label(String name) implements LabelSettings {}
}
