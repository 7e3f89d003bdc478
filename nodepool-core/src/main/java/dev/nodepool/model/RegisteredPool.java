package dev.nodepool.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A provider pool that some launcher serves, as its registration says.
 *
 * @param id launcher id of the pool
 * @param provider name of its provider
 * @param name of the pool, an empty text of an old launcher, which does not tell it
 * @param labels the pool's labels; of an old launcher, those of its whole process
 * @param exact whether the labels are the pool's own
 * @param priority lower is preferred
 * @param paused whether it waits for quota
 */
public record RegisteredPool(
        String id, String provider, String name, Set<String> labels, boolean exact, int priority, boolean paused) {

    public RegisteredPool {
        labels = Set.copyOf(labels);
    }

    /** Reads a pool component of the newer registry. */
    public static RegisteredPool ofComponent(String name, Document doc) {
        return new RegisteredPool(
                doc.text("id").orElse(name),
                doc.text("provider_name").orElse("unknown"),
                doc.text("name").orElse(""),
                new HashSet<>(doc.texts("supported_labels")),
                true,
                (int) doc.number("priority", 100),
                Boolean.TRUE.equals(doc.get("paused")));
    }

    /** Reads a launcher of the older registry. */
    public static RegisteredPool ofLauncher(String name, Document doc) {
        return new RegisteredPool(
                doc.text("id").orElse(name),
                doc.text("provider_name").orElse("unknown"),
                "",
                new HashSet<>(doc.texts("supported_labels")),
                false,
                100,
                false);
    }

    public boolean supports(List<String> wanted) {
        return labels.containsAll(wanted);
    }
}
