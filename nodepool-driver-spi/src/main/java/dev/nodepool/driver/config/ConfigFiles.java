package dev.nodepool.driver.config;

import dev.nodepool.driver.config.ConfigNode.Mapping;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Files beside the configuration that a driver reads while it parses its section: accounts, certificates. What was
 * looked at is part of the configuration: when such a file changes, appears or goes, the configuration is read anew.
 * For one thread.
 */
public interface ConfigFiles {

    /** No files and no environment. */
    ConfigFiles NONE = new ConfigFiles() {
        @Override
        public Map<String, String> environment() {
            return Map.of();
        }

        @Override
        public Optional<Mapping> yaml(Path file) {
            return Optional.empty();
        }

        @Override
        public Optional<String> text(Path file) {
            return Optional.empty();
        }
    };

    /** The environment of the process, or what a test says it is. */
    Map<String, String> environment();

    /**
     * The mapping at the top of a YAML or JSON file; its values are secret, so problems do not show them.
     *
     * @return empty when there is no such file, also after it was reported why it can not be read
     */
    Optional<Mapping> yaml(Path file);

    /** The text of a UTF-8 file, empty when it is not there or can not be read as such. Nothing is reported. */
    Optional<String> text(Path file);
}
