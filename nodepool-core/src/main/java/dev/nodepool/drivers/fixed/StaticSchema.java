package dev.nodepool.drivers.fixed;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.Inventory.Identity;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.config.Mark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a provider section of the static driver. */
public final class StaticSchema {

    private StaticSchema() {}

    /** Reads the section; problems go to it and the answer then only has the right type. */
    public static StaticSettings parse(ConfigSection section) {
        var seen = new HashMap<Identity, Mark>();
        return new StaticSettings(section.named("pools", pool -> pool(pool, seen)));
    }

    private static StaticPool pool(ConfigSection section, Map<Identity, Mark> seen) {
        var nodes = new ArrayList<StaticNode>();
        // Not named(): one host may be listed twice with another user or port.
        for (var each : section.sections("nodes")) {
            var node = node(each);
            var earlier = seen.putIfAbsent(node.identity(), each.mark());
            if (earlier == null) {
                nodes.add(node);
            } else {
                each.lapse(
                        "name",
                        "host " + node.identity() + " already defined at line " + earlier.line()
                                + "; give it max-parallel-jobs there to have it more than once");
            }
        }
        return new StaticPool(section.requiredText("name"), nodes);
    }

    private static StaticNode node(ConfigSection section) {
        section.require("labels");
        return new StaticNode(
                section.requiredText("name"),
                labels(section),
                section.seconds("timeout", 1).orElse(Duration.ofSeconds(5)),
                section.textOrTexts("host-key"),
                section.bool("host-key-checking").orElse(true),
                section.integer("max-parallel-jobs", 1, Integer.MAX_VALUE).orElse(1),
                new Access(
                        section.text("connection-type").orElse("ssh"),
                        port(section),
                        section.text("username").orElse("zuul"),
                        section.text("python-path").orElse("auto"),
                        section.text("shell-type").orElse(null)));
    }

    private static List<String> labels(ConfigSection section) {
        var written = section.textOrTexts("labels");
        var labels = written.stream()
                .flatMap(text -> Stream.of(text.strip().split("\\s+")))
                .filter(label -> !label.isEmpty())
                .toList();
        if (labels.size() > written.size()) {
            section.warning("labels", "several labels in one text, write a list");
        }
        return labels;
    }

    /** Port 22 also for connection types that usually have another one, as it has always been. */
    private static int port(ConfigSection section) {
        var oldName = "ssh-port";
        var old = section.has(oldName) ? section.port(oldName) : Optional.<Integer>empty();
        if (section.has(oldName)) {
            section.lapse(oldName, "renamed, use \"connection-port\"");
        }
        return section.port("connection-port").or(() -> old).orElse(22);
    }
}
