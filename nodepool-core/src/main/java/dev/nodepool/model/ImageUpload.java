package dev.nodepool.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An upload of a build to a provider.
 *
 * @param image name of the disk image
 * @param build id of the build
 * @param provider name of the provider
 * @param id name of its znode
 * @param doc its record
 */
public record ImageUpload(String image, String build, String provider, String id, Document doc)
        implements StoredRecord {

    public UploadState state() {
        return UploadState.of(doc.text("state").orElse(""));
    }

    public double stateTime() {
        return doc.number("state_time", 0);
    }

    /** What the cloud calls the image; empty until it is ready. */
    public Optional<String> externalId() {
        return doc.text("external_id");
    }

    public Optional<String> externalName() {
        return doc.text("external_name");
    }

    public Optional<String> format() {
        return doc.text("format");
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
