/**
 * What the author of a driver for a cloud sees.
 *
 * <p>A driver in a module of its own says {@code requires dev.nodepool.driver} and {@code provides
 * dev.nodepool.driver.ProviderDriver with …}.
 */
@org.jspecify.annotations.NullMarked
module dev.nodepool.driver {
    requires static transitive org.jspecify;
    // Only for dev.nodepool.driver.conformance.junit.
    requires static org.junit.jupiter.api;

    exports dev.nodepool.driver;
    exports dev.nodepool.driver.cloud;
    exports dev.nodepool.driver.config;
    exports dev.nodepool.driver.conformance;
    exports dev.nodepool.driver.conformance.junit;

    uses dev.nodepool.driver.ProviderDriver;
}
