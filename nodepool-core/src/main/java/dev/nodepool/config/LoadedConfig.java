package dev.nodepool.config;

import dev.nodepool.driver.config.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * A configuration that can be used.
 *
 * @param warnings what is odd in it, in the order of the files
 * @param files what was read or looked for, those of drivers last; empty when the configuration came as text
 * @param contentHash hash of the contents of all files, to see whether they changed
 */
public record LoadedConfig(NodepoolConfig config, List<Problem> warnings, List<Path> files, String contentHash) {

    public LoadedConfig {
        warnings = List.copyOf(warnings);
        files = List.copyOf(files);
    }
}
