package dev.nodepool.internal.keyscan;

import java.util.Set;

/**
 * Where a machine is reached.
 *
 * @param address name or IP address
 * @param port TCP port, 1 to 65535
 * @param hasKeys whether SSH answers there; when not, that something accepts a connection is all there is to find out
 */
public record Endpoint(String address, int port, boolean hasKeys) {

    private static final Set<String> TYPES_WITH_KEYS = Set.of("ssh", "network_cli");

    /** The endpoint of a machine that is used by a connection type, {@code ssh} or another. */
    public static Endpoint of(String address, int port, String connectionType) {
        return new Endpoint(address, port, TYPES_WITH_KEYS.contains(connectionType));
    }

    @Override
    public String toString() {
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }
}
