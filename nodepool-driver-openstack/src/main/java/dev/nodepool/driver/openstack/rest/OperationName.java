package dev.nodepool.driver.openstack.rest;

import java.util.ArrayList;
import java.util.List;

/** Names calls for metrics when only their path is known, as OpenStack's Python client does. */
final class OperationName {

    private OperationName() {}

    /** The collections of a path, without ids; one that is followed by an id is in the singular. */
    static String of(String path) {
        var segments =
                List.of(path.replaceFirst("\\?.*", "").replaceFirst("^/", "").split("/"));
        var parts = new ArrayList<String>();
        for (int i = 0; i < segments.size(); i += 2) {
            var collection = segments.get(i);
            if (i + 1 == segments.size()) {
                parts.add(collection);
            } else if (segments.get(i + 1).equals("detail")) {
                parts.add(collection + ".detail");
            } else {
                parts.add(collection.replaceFirst("s$", ""));
            }
        }
        var name = String.join(".", parts);
        return name.isEmpty() ? "discovery" : name;
    }
}
