package dev.nodepool.drivers.fake;

import java.util.Map;

/**
 * An uploaded image, without its bytes.
 *
 * @param size bytes
 * @param sha256 lower-case hex digits
 */
record FakeImage(String id, String name, long size, String sha256, Map<String, String> metadata) {

    FakeImage {
        metadata = Map.copyOf(metadata);
    }
}
