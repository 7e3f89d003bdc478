package dev.nodepool.driver;

import java.util.Map;
import java.util.Optional;

/**
 * What is to be launched.
 *
 * @param nodeId id of the node record
 * @param pool name of the pool
 * @param label name of the label
 * @param zone availability zone to use, empty to leave it to the cloud
 * @param image the uploaded disk image to boot; empty when the label names an image of the cloud
 * @param metadata marks the machine must carry; the driver may add its own but not change these
 * @param request what is known of the request that the machine is for, as JSON values: {@code id}, {@code labels}, {@code
 *     relative_priority}, and as far as it has them {@code requestor}, {@code requestor_data}, {@code event_id}, {@code
 *     created_time}, {@code tenant_name}; drivers must do without
 */
public record LaunchSpec(
        String nodeId,
        String pool,
        String label,
        Optional<String> zone,
        Optional<ExternalId> image,
        Map<String, String> metadata,
        Map<String, Object> request) {

    /** Mark of a launch attempt: unique, stored in the node record before the cloud is asked. */
    public static final String LAUNCH = "nodepool_launch";

    /** Mark of the installation: what carries another one is never touched. */
    public static final String INSTALLATION = "nodepool_installation";

    public static final String NODE_ID = "nodepool_node_id";
    public static final String PROVIDER = "nodepool_provider_name";
    public static final String POOL = "nodepool_pool_name";

    public LaunchSpec {
        metadata = Map.copyOf(metadata);
        request = Map.copyOf(request);
    }
}
