package dev.nodepool.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A build of a disk image.
 *
 * @param image name of the disk image
 * @param id name of its znode
 * @param doc its record
 */
public record ImageBuild(String image, String id, Document doc) implements StoredRecord {

    public BuildState state() {
        return BuildState.of(doc.text("state").orElse(""));
    }

    public double stateTime() {
        return doc.number("state_time", 0);
    }

    /** Host name of the builder. */
    public Optional<String> builder() {
        return doc.text("builder");
    }

    /** Which builder owns the files. */
    public Optional<String> builderId() {
        return doc.text("builder_id");
    }

    /** Wanted formats while it builds, made ones when it is ready. */
    public List<String> formats() {
        return doc.text("formats")
                .filter(f -> !f.isEmpty())
                .map(f -> List.of(f.split(",")))
                .orElse(List.of());
    }

    public @Nullable String username() {
        return doc.has("username") ? doc.textOrNull("username") : "zuul";
    }

    public @Nullable String pythonPath() {
        return doc.has("python_path") ? doc.textOrNull("python_path") : "/usr/bin/python2";
    }

    public @Nullable String shellType() {
        return doc.textOrNull("shell_type");
    }
}
