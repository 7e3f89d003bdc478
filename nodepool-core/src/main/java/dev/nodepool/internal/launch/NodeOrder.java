package dev.nodepool.internal.launch;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LabelSettings;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.internal.store.Uploads;
import dev.nodepool.model.Document;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One machine to launch: what is known before the cloud is asked.
 *
 * @param upload the upload to boot, empty for an image of the cloud
 * @param needs what the machine takes
 * @param az availability zone, null to leave it to the cloud
 */
record NodeOrder(
        PoolSeat seat,
        NodeRequest request,
        LabelSettings label,
        Optional<ImageUpload> upload,
        Amounts needs,
        @Nullable String az) {

    /** The record that states the intent. */
    Document record(String token, double now) {
        var access = access();
        var fields = new HashMap<String, @Nullable Object>();
        fields.put("created_time", now);
        fields.put(Node.PROVIDER, seat.providerName());
        fields.put(Node.POOL, seat.pool().name());
        fields.put(Node.LABELS, List.of(label.name()));
        fields.put(Node.ALLOCATED_TO, request.id());
        fields.put(Node.AZ, az);
        fields.put(Node.LAUNCHER, seat.launcherId());
        fields.put(Node.RESOURCES, needs.byName());
        fields.put(Node.TENANT, request.tenant());
        fields.put(Node.REQUESTOR, request.requestor());
        fields.put("attributes", seat.pool().nodeAttributes());
        fields.put(
                "image_id", upload.map(Uploads::path).orElse(label.cloudImage().orElse(null)));
        fields.put(Node.LAUNCH_TOKEN, token);
        fields.putAll(accessFields(access));
        return Node.recorded(fields);
    }

    /** What the record says of the machine once there is one. */
    Map<String, @Nullable Object> found(Instance instance) {
        var addresses = instance.addresses();
        var placement = instance.placement();
        var fields = new HashMap<String, @Nullable Object>();
        fields.put(Node.EXTERNAL_ID, instance.id().json());
        fields.put("interface_ip", addresses.preferred());
        fields.put("public_ipv4", addresses.publicIpv4());
        fields.put("private_ipv4", addresses.privateIpv4() == null ? addresses.publicIpv4() : addresses.privateIpv4());
        fields.put("public_ipv6", addresses.publicIpv6());
        fields.put("cloud", placement.cloud());
        fields.put("region", placement.region());
        fields.put(Node.AZ, placement.zone() == null ? az : placement.zone());
        fields.put("host_id", placement.hostId());
        fields.put("hostname", placement.hostname());
        fields.put("driver_data", instance.driverData());
        fields.put("host_keys", instance.hostKeys().orElse(List.of()));
        if (!instance.amounts().byName().isEmpty()) {
            fields.put(Node.RESOURCES, instance.amounts().byName());
        }
        instance.access().ifPresent(access -> fields.putAll(accessFields(access)));
        return fields;
    }

    private static Map<String, @Nullable Object> accessFields(Access access) {
        var fields = new HashMap<String, @Nullable Object>();
        fields.put("connection_type", access.connectionType());
        fields.put(Node.CONNECTION_PORT, access.port());
        fields.put("ssh_port", access.port());
        fields.put("username", access.username());
        fields.put("python_path", access.pythonPath());
        fields.put("shell_type", access.shellType());
        return fields;
    }

    /** The label says how to connect; a disk image knows its user and Python. */
    private Access access() {
        var byLabel = label.access();
        return upload.map(u -> new Access(
                        byLabel.connectionType(), byLabel.port(), u.username(), u.pythonPath(), u.shellType()))
                .orElse(byLabel);
    }

    LaunchSpec spec(String node, String token, String installation) {
        return new LaunchSpec(
                node,
                seat.pool().name(),
                label.name(),
                Optional.ofNullable(az),
                upload.flatMap(ImageUpload::externalId).map(ExternalId::new),
                Map.of(
                        LaunchSpec.LAUNCH, token,
                        LaunchSpec.INSTALLATION, installation,
                        LaunchSpec.NODE_ID, node,
                        LaunchSpec.PROVIDER, seat.providerName(),
                        LaunchSpec.POOL, seat.pool().name()),
                requestFacts());
    }

    /** What drivers may put into the machine's metadata. */
    private Map<String, Object> requestFacts() {
        var facts = new HashMap<String, Object>();
        facts.put("id", request.id());
        facts.put("labels", request.labels());
        facts.put("relative_priority", request.relativePriority());
        for (var name : List.of("requestor", "requestor_data", "event_id", "created_time", "tenant_name")) {
            var value = request.doc().get(name);
            if (value != null) {
                facts.put(name, value);
            }
        }
        return facts;
    }

    NodeOrder inZone(@Nullable String zone) {
        return new NodeOrder(seat, request, label, upload, needs, zone);
    }
}
