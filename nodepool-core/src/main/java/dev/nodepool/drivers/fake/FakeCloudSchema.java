package dev.nodepool.drivers.fake;

import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.drivers.fake.FaultRule.Trigger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the mapping {@code fake-cloud} of a provider. */
final class FakeCloudSchema {

    private static final int UNLIMITED = -1;

    private FakeCloudSchema() {}

    static FakeCloudSettings parse(ConfigSection section) {
        var defaults = FakeCloudSettings.DEFAULTS;
        var faults = new ArrayList<FaultRule>();
        section.sections("faults").forEach(fault -> rule(fault).ifPresent(faults::add));
        return new FakeCloudSettings(
                seconds(section, "boot-seconds").orElse(defaults.bootTime()),
                seconds(section, "delete-seconds").orElse(defaults.deleteTime()),
                FakeCloudSettings.limits(
                        limit(section, "instances", 20),
                        limit(section, "cores", 100),
                        limit(section, "ram", 1_000_000)),
                faults,
                section.text("address"),
                section.text("state").flatMap(state -> path(section, state)));
    }

    private static Optional<FaultRule> rule(ConfigSection section) {
        var operation = choice(section, "operation", Operation.values(), Operation::configName);
        var kind = choice(section, "fault", FaultKind.values(), FaultKind::configName);
        var delay = seconds(section, "delay-seconds").orElse(Duration.ZERO);
        var trigger = trigger(section);
        return operation.flatMap(o -> kind.map(k -> new FaultRule(o, k, trigger, delay)));
    }

    private static Trigger trigger(ConfigSection section) {
        var triggers = new ArrayList<Trigger>();
        section.integer("every", 1, Integer.MAX_VALUE).ifPresent(n -> triggers.add(new FaultRule.Every(n)));
        section.integer("times", 0, Integer.MAX_VALUE).ifPresent(n -> triggers.add(new FaultRule.Times(n)));
        section.number("chance", 0).ifPresent(chance -> {
            if (chance > 1) {
                section.error("chance", "must be between 0 and 1");
            }
            triggers.add(new FaultRule.Chance(Math.min(chance, 1)));
        });
        if (triggers.size() > 1) {
            section.error("every, times and chance exclude each other");
        }
        return triggers.isEmpty() ? new FaultRule.Every(1) : triggers.get(0);
    }

    private static <E> Optional<E> choice(ConfigSection section, String key, E[] values, Function<E, String> name) {
        section.require(key);
        var text = section.text(key);
        var value = text.flatMap(
                t -> Arrays.stream(values).filter(v -> name.apply(v).equals(t)).findFirst());
        if (text.isPresent() && value.isEmpty()) {
            List<String> names = Arrays.stream(values).map(name).toList();
            section.error(key, "expected one of " + String.join(", ", names));
        }
        return value;
    }

    private static Optional<Duration> seconds(ConfigSection section, String key) {
        return section.number(key, 0).map(seconds -> Duration.ofMillis(Math.round(Math.min(seconds, 1e9) * 1000)));
    }

    private static int limit(ConfigSection section, String key, int byDefault) {
        return section.integer(key, UNLIMITED, Integer.MAX_VALUE).orElse(byDefault);
    }

    private static Optional<Path> path(ConfigSection section, String state) {
        try {
            return Optional.of(Path.of(state));
        } catch (InvalidPathException invalid) {
            section.error("state", "not a file name: " + invalid.getReason());
            return Optional.empty();
        }
    }
}
