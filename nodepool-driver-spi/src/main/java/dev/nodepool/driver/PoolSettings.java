package dev.nodepool.driver;

import java.util.List;

/** A pool as its driver reads it. */
public interface PoolSettings {

    /** The pool's name; the core joins its own settings of the pool by it. */
    String name();

    /** Limits of the pool beyond {@code max-servers}; what is not named is unlimited. */
    default Amounts limits() {
        return Amounts.NONE;
    }

    /** True when the limits of the cloud are not to be considered for this pool. */
    default boolean ignoreProviderQuota() {
        return false;
    }

    /** Availability zones to choose from; empty to ask {@link Provider#zones()}. */
    default List<String> zones() {
        return List.of();
    }

    /** Labels this pool offers, in the order of the file. */
    List<? extends LabelSettings> labels();
}
