package dev.nodepool.driver.openstack.fakecloud;

import java.util.Map;

/**
 * A call that the cloud got.
 *
 * @param path with its query
 * @param connection where it came from; calls with the same came over one connection
 */
public record Seen(
        String service, String method, String path, Map<String, String> headers, byte[] body, String connection) {

    public String text() {
        return new String(body, java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return service + " " + method + " " + path;
    }
}
