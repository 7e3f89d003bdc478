package dev.nodepool.driver;

import java.time.Duration;
import java.util.List;

/**
 * What the core needs to know of a provider section. Drivers implement it, usually as a record, with whatever else they
 * keep for themselves. Immutable; {@code equals} decides whether a reload replaces the provider.
 */
public interface ProviderSettings {

    /** The pools in the order of the file. */
    List<? extends PoolSettings> pools();

    /** Disk images that the builder uploads to this provider. */
    default List<ProviderImage> images() {
        return List.of();
    }

    /**
     * Hosts that come from the configuration alone, in the order of the file, so that it can be said what a configuration
     * would change before it is in force. Empty where there are none, or where they come from elsewhere.
     */
    default List<Inventory.Host> hosts() {
        return List.of();
    }

    /** How images are uploaded to this provider. */
    default UploadSettings uploads() {
        return UploadSettings.DEFAULTS;
    }

    /** How often a machine is tried before its node fails, at least 1. */
    default int launchRetries() {
        return 3;
    }

    /** Longest time from the create call to a usable machine, per attempt. */
    default Duration launchTimeout() {
        return Duration.ofHours(1);
    }

    /** Longest time for the host-key scan of a machine that is up. */
    default Duration bootTimeout() {
        return Duration.ofSeconds(60);
    }
}
