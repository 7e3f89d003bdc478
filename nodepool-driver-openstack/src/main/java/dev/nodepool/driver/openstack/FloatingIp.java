package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.openstack.rest.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A floating IP as Neutron lists it. It has no metadata, so its description says whose it is.
 *
 * @param port what it leads to, empty when it leads nowhere
 */
record FloatingIp(String id, String address, String status, Optional<String> port, String description) {

    private static final int LONGEST_DESCRIPTION = 255;

    /** The provider comes last, since its name may have blanks. */
    private static final Pattern MARKS =
            Pattern.compile("nodepool: server=(\\S*) node=(\\S*) launch=(\\S*) installation=(\\S*) provider=(.*)");

    static FloatingIp of(JsonNode json) {
        return new FloatingIp(
                Json.text(json, "id").orElse(""),
                Json.text(json, "floating_ip_address").orElse(""),
                Json.text(json, "status").orElse(""),
                Json.text(json, "port_id"),
                Json.text(json, "description").orElse(""));
    }

    boolean active() {
        return status.equals("ACTIVE");
    }

    /** The server it was made for, if we made it. */
    Optional<String> server() {
        var marks = MARKS.matcher(description);
        return marks.matches() ? Optional.of(marks.group(1)) : Optional.empty();
    }

    Map<String, String> marks() {
        var found = new LinkedHashMap<String, String>();
        var marks = MARKS.matcher(description);
        if (marks.matches()) {
            found.put(LaunchSpec.NODE_ID, marks.group(2));
            found.put(LaunchSpec.LAUNCH, marks.group(3));
            found.put(LaunchSpec.INSTALLATION, marks.group(4));
            found.put(LaunchSpec.PROVIDER, marks.group(5));
        }
        return found;
    }

    static String description(String server, Map<String, String> metadata) {
        var text = "nodepool: server=" + server + " node=" + mark(metadata, LaunchSpec.NODE_ID) + " launch="
                + mark(metadata, LaunchSpec.LAUNCH) + " installation=" + mark(metadata, LaunchSpec.INSTALLATION)
                + " provider=" + mark(metadata, LaunchSpec.PROVIDER);
        return text.length() > LONGEST_DESCRIPTION ? text.substring(0, LONGEST_DESCRIPTION) : text;
    }

    private static String mark(Map<String, String> metadata, String name) {
        return Objects.requireNonNullElse(metadata.get(name), "");
    }
}
