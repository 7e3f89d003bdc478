package dev.nodepool.scenario;

import java.util.ArrayList;
import java.util.List;

/** Writes a configuration with several providers and pools for one launcher. */
final class Clouds {

    private final List<String> labels = new ArrayList<>();
    private final StringBuilder providers = new StringBuilder();
    private String top = "";

    Clouds labels(String... names) {
        for (var name : names) {
            labels.add("{name: " + name + "}");
        }
        return this;
    }

    /** A label with more than a name. */
    Clouds label(String fields) {
        labels.add("{" + fields + "}");
        return this;
    }

    /** A line at the top of the file. */
    Clouds top(String line) {
        top += line + "\n";
        return this;
    }

    /**
     * Begins a provider; pools follow.
     *
     * @param cloud settings of the fake cloud
     * @param more further settings, {@code key: value} each
     */
    Clouds provider(String name, String cloud, String... more) {
        providers.append("  - name: ").append(name).append("\n    cloud: fake\n    driver: fake\n");
        providers.append("    fake-cloud: {").append(cloud).append("}\n    launch-retries: 2\n");
        for (var line : more) {
            providers.append("    ").append(line).append('\n');
        }
        providers.append("    cloud-images: [{name: image, username: ci}]\n    pools:\n");
        return this;
    }

    /**
     * A pool of the provider begun last.
     *
     * @param settings {@code key: value} with commas
     * @param its labels, each a name or a name with further settings after a comma
     */
    Clouds pool(String name, String settings, String... its) {
        providers.append("      - name: ").append(name).append('\n');
        for (var line : settings.isEmpty() ? new String[0] : settings.split("; ")) {
            providers.append("        ").append(line).append('\n');
        }
        providers.append("        labels:\n");
        for (var label : its) {
            providers.append("          - {name: ").append(label).append(", cloud-image: image, min-ram: 8192}\n");
        }
        return this;
    }

    String yaml() {
        return top + "labels: [" + String.join(", ", labels) + "]\nproviders:\n" + providers;
    }
}
