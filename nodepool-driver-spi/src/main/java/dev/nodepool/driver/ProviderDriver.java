package dev.nodepool.driver;

import dev.nodepool.driver.config.ConfigSection;

/**
 * Makes providers of one kind of cloud; found by {@link java.util.ServiceLoader}.
 *
 * <p>Thread-safe and without state of its own: one instance serves any number of providers.
 */
public interface ProviderDriver {

    /** The value of {@code driver:} in a provider section that selects this driver; unique in a process. */
    String name();

    /**
     * Reads the driver's own keys of a provider section. No I/O but by {@link ConfigSection#files()}.
     *
     * <p>Problems go to the section, with their place; the answer is then ignored, so any value of the right type will
     * do. Keys nobody asked for are reported by the core afterwards. The generic keys ({@code name}, {@code driver},
     * {@code max-concurrency}, {@code priority}; of a pool {@code name}, {@code max-servers}, {@code node-attributes},
     * {@code priority}) have been read already.
     *
     * @param section the provider's mapping
     * @return immutable settings; the provider is replaced on a reload when they are not {@code equal} to the old ones
     */
    ProviderSettings parse(ConfigSection section);

    /**
     * Opens a provider. Must not block on the cloud: the first contact happens in the first call.
     *
     * @param settings what {@link #parse} of this driver returned
     * @throws DriverException when the provider can not be used with these settings, also because they are of another
     *     driver
     */
    Provider open(ProviderSettings settings, ProviderContext context) throws DriverException;
}
