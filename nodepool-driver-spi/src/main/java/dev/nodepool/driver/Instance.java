package dev.nodepool.driver;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A machine as the cloud shows it.
 *
 * @param id what the cloud calls it
 * @param usable whether it is up; false while it is being made or deleted, or when it is broken
 * @param metadata the marks it carries
 * @param amounts what it takes from the limits
 * @param addresses where it is reached
 * @param placement where it runs
 * @param access how it is used, empty to keep what the label says
 * @param hostKeys its host keys; empty to have them scanned, when its label wants that
 * @param driverData JSON value to be stored for the driver, null for none
 */
public record Instance(
        ExternalId id,
        boolean usable,
        Map<String, String> metadata,
        Amounts amounts,
        Addresses addresses,
        Placement placement,
        Optional<Access> access,
        Optional<List<String>> hostKeys,
        @Nullable Object driverData) {

    public Instance {
        metadata = Map.copyOf(metadata);
        hostKeys = hostKeys.map(List::copyOf);
    }

    /** The same machine, with host keys that somebody else found out. */
    public Instance withHostKeys(List<String> keys) {
        return new Instance(id, usable, metadata, amounts, addresses, placement, access, Optional.of(keys), driverData);
    }

    /**
     * Where a machine is reached; null for what it has not.
     *
     * @param preferred the address to connect to
     */
    public record Addresses(
            @Nullable String preferred,
            @Nullable String publicIpv4,
            @Nullable String privateIpv4,
            @Nullable String publicIpv6) {

        public static final Addresses NONE = new Addresses(null, null, null, null);
    }

    /** Where a machine runs; null for what the cloud does not tell. */
    public record Placement(
            @Nullable String cloud,
            @Nullable String region,
            @Nullable String zone,
            @Nullable String hostId,
            @Nullable String hostname) {

        public static final Placement UNKNOWN = new Placement(null, null, null, null, null);
    }
}
