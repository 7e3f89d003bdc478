package dev.nodepool.driver;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Something beside machines that a provider can leak.
 *
 * <p>The core deletes one only when no node record knows its marks or its machine, after it was seen so in two complete
 * listings at least a minute apart, and never while the machine it belongs to is still listed.
 *
 * @param kind what it is, in the plural as metrics name it: {@code ports}, {@code floatingips}, {@code volumes}
 * @param id what the cloud calls it
 * @param metadata the marks it carries, as far as the cloud lets it carry any
 * @param ground what makes it a candidate
 * @param machine the machine it belongs to, empty when it belongs to none or the cloud does not tell
 */
public record LeakableResource(
        String kind, ExternalId id, Map<String, String> metadata, Ground ground, Optional<ExternalId> machine) {

    /** What makes a resource a candidate for deletion. */
    public enum Ground {
        /**
         * The marks of this installation and provider, {@link LaunchSpec#INSTALLATION} and {@link LaunchSpec#PROVIDER};
         * the core leaves everything else alone. Such resources are listed whether they leaked or not.
         */
        MARKS,
        /**
         * A documented rule of the driver, for what can not carry marks. The driver lists only those that are to go, and
         * vouches for them.
         */
        DRIVER_RULE
    }

    public LeakableResource {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(id, "id");
        metadata = Map.copyOf(metadata);
    }

    /** A resource that carries marks and whose machine is not known. */
    public LeakableResource(String kind, ExternalId id, Map<String, String> metadata) {
        this(kind, id, metadata, Ground.MARKS, Optional.empty());
    }
}
