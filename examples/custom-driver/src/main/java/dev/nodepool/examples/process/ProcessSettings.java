package dev.nodepool.examples.process;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.LabelSettings;
import dev.nodepool.driver.PoolSettings;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigSection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A provider section. Records are equal when all they hold is, so that a reload replaces the provider only when something
 * has changed.
 *
 * @param directory where it is written down which processes there are
 * @param most most processes at a time, empty for any number
 */
record ProcessSettings(Path directory, Optional<Integer> most, List<Pool> pools) implements ProviderSettings {

    record Pool(String name, List<Label> labels) implements PoolSettings {}

    /** @param command program with its arguments, which runs until the machine is deleted */
    record Label(String name, List<String> command) implements LabelSettings {

        /** Nothing listens for SSH. */
        @Override
        public boolean hostKeyChecking() {
            return false;
        }

        @Override
        public Access access() {
            return new Access("local", 22, null, "auto", null);
        }
    }

    /** Reads on after a problem, so that all are found; what is answered then is not used. */
    static ProcessSettings parse(ConfigSection section) {
        section.require("directory");
        return new ProcessSettings(
                section.file("directory").orElse(Path.of(".")),
                section.integer("max-processes", 0, Integer.MAX_VALUE),
                section.named("pools", ProcessSettings::pool));
    }

    private static Pool pool(ConfigSection section) {
        return new Pool(section.requiredText("name"), section.named("labels", ProcessSettings::label));
    }

    private static Label label(ConfigSection section) {
        var command = section.texts("command");
        if (command.isEmpty()) {
            section.error("command", "name a program to run");
        }
        return new Label(section.requiredText("name"), command);
    }

    Optional<Label> label(String pool, String label) {
        return pools.stream()
                .filter(candidate -> candidate.name().equals(pool))
                .flatMap(candidate -> candidate.labels().stream())
                .filter(candidate -> candidate.name().equals(label))
                .findFirst();
    }
}
