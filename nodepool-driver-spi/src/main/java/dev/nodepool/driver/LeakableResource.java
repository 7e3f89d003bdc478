package dev.nodepool.driver;

import java.util.Map;

/**
 * Something beside machines that a provider can leak.
 *
 * @param kind what it is, in the plural as metrics name it: {@code ports}, {@code floatingips}, {@code volumes}
 * @param id what the cloud calls it
 * @param metadata the marks it carries
 */
public record LeakableResource(String kind, ExternalId id, Map<String, String> metadata) {

    public LeakableResource {
        metadata = Map.copyOf(metadata);
    }
}
