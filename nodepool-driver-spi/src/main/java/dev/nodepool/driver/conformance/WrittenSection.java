package dev.nodepool.driver.conformance;

import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigNode;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.driver.config.Problems;
import java.util.Map;
import java.util.stream.Collectors;

/** A provider section out of Java values, read as the core reads one. */
final class WrittenSection {

    private WrittenSection() {}

    /** @throws CheckFailure when it has errors, unknown keys among others */
    static ProviderSettings read(ProviderDriver driver, Map<String, ?> values) {
        var problems = new Problems(true);
        var section = ConfigSection.root(ConfigNode.of("scratch", values), problems);
        readGenericKeys(section);
        var settings = driver.parse(section);
        section.reportUnread();
        if (problems.hasErrors()) {
            throw new CheckFailure("the section has problems: "
                    + problems.found().stream().map(Problem::toString).collect(Collectors.joining("; ")));
        }
        return settings;
    }

    /** The keys that are not the driver's business. */
    private static void readGenericKeys(ConfigSection section) {
        section.requiredText("name");
        section.text("driver");
        section.integer("max-concurrency");
        section.integer("priority");
        section.named("pools", pool -> {
            pool.integer("max-servers");
            pool.integer("priority");
            return pool.rawMap("node-attributes").isPresent();
        });
    }
}
