package dev.nodepool.driver.openstack;

import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.cloud.CloudLabel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a server carries: the label's own properties, what inventories read, and the marks of the core, which win. */
final class ServerMetadata {

    /** Fields of a request that properties may name; one the request lacks is None. */
    private static final Set<String> FIELDS = Set.of(
            "id",
            "labels",
            "requestor",
            "requestor_data",
            "relative_priority",
            "event_id",
            "created_time",
            "tenant_name");

    private ServerMetadata() {}

    static Map<String, String> of(LaunchSpec spec, CloudLabel label, String provider) {
        var image = label.diskImage().or(label::cloudImage).orElse("");
        var metadata = new LinkedHashMap<>(label.instanceProperties());
        label.dynamicInstanceProperties()
                .forEach((key, format) -> PythonFormat.fill(format, field -> field(spec.request(), field))
                        .ifPresent(value -> metadata.put(key, value)));
        metadata.put("groups", String.join(",", List.of(provider, image, label.name())));
        metadata.put("nodepool_image_name", image);
        metadata.put("nodepool_node_label", label.name());
        metadata.putAll(spec.metadata());
        return metadata;
    }

    private static Optional<String> field(Map<String, Object> request, String field) {
        var name = field.startsWith("request.") ? field.substring("request.".length()) : "";
        var open = name.indexOf('[');
        if (open > 0 && name.endsWith("]")) {
            var key = name.substring(open + 1, name.length() - 1);
            return request.get(name.substring(0, open)) instanceof Map<?, ?> map && map.get(key) != null
                    ? Optional.of(PythonFormat.print(map.get(key)))
                    : Optional.empty();
        }
        if (!FIELDS.contains(name)) {
            return Optional.empty();
        }
        return Optional.of(request.containsKey(name) ? PythonFormat.print(request.get(name)) : "None");
    }
}
