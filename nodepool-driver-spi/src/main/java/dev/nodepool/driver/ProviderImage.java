package dev.nodepool.driver;

import java.util.Map;

/**
 * A disk image that is to be uploaded to a provider.
 *
 * @param name name of the disk image
 * @param format file format the cloud wants, e.g. {@code qcow2}
 * @param paused true when nothing is uploaded for now
 * @param properties properties to set on the image in the cloud
 */
public record ProviderImage(String name, String format, boolean paused, Map<String, String> properties) {

    public ProviderImage {
        properties = Map.copyOf(properties);
    }
}
