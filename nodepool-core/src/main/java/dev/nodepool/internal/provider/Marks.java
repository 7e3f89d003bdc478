package dev.nodepool.internal.provider;

import dev.nodepool.driver.LaunchSpec;
import java.util.Map;

/** The marks by which things in a cloud are told to be ours. */
public record Marks(String installation, String provider) {

    /** Whether a thing with these marks was made for this installation and provider. */
    public boolean on(Map<String, String> metadata) {
        return installation.equals(metadata.get(LaunchSpec.INSTALLATION))
                && provider.equals(metadata.get(LaunchSpec.PROVIDER));
    }
}
