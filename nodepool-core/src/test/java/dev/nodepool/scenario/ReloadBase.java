package dev.nodepool.scenario;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** Two providers whose clouds outlive a change of their settings. */
abstract class ReloadBase {

    static final Duration LONG = Duration.ofMinutes(5);

    final Scenario scenario = new Scenario();

    @TempDir
    Path directory;

    String provider(String name, String... labels) {
        return """
                  - name: %s
                    cloud: c
                    fake-cloud: {boot-seconds: 5, state: %s}
                    cloud-images: [{name: image}]
                    pools:
                      - name: main
                        max-servers: 5
                        labels: [%s]
                """.formatted(name, directory.resolve(name), labels(labels));
    }

    static String labels(String... labels) {
        var text = new StringBuilder();
        for (var label : labels) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append("{name: %s, cloud-image: image, min-ram: 8192}".formatted(label));
        }
        return text.toString();
    }

    static String file(String... providers) {
        return "labels: [{name: a}, {name: b}, {name: c}]\nproviders:\n" + String.join("", providers);
    }

    String north() {
        return provider("fake-north", "a");
    }

    String south() {
        return provider("fake-south", "b");
    }

    /** One edit; a mistake in a test must not look like a reload without effect. */
    static String edit(String text, String from, String to) {
        if (!text.contains(from)) {
            throw new AssertionError(from + " is not in\n" + text);
        }
        return text.replace(from, to);
    }

    void awaitState(String request, String state) {
        scenario.passUntil(() -> scenario.state(request).equals(state), LONG);
    }

    void awaitNothingLeft() {
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
    }
}
