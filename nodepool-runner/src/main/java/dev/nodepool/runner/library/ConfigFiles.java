package dev.nodepool.runner.library;

import dev.nodepool.driver.ProviderDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a configuration is, and who can read its providers.
 *
 * @param main nodepool.yaml
 * @param secure the file with connection data and secrets, if any
 * @param drivers all drivers that may be named
 */
public record ConfigFiles(Path main, Optional<Path> secure, List<ProviderDriver> drivers) {

    public ConfigFiles {
        drivers = List.copyOf(drivers);
    }
}
