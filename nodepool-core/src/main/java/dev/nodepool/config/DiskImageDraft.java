package dev.nodepool.config;

import dev.nodepool.driver.config.ConfigSection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A disk image as one entry of the file has it; empty for what it leaves to its parent or to the defaults.
 *
 * <p>Files rely on what Python makes of a child that says "nothing": zero, false and empty texts do not undo a
 * parent's value, except for {@code delete-after-upload}; and metadata is never inherited.
 */
record DiskImageDraft(
        String name,
        boolean isAbstract,
        Optional<String> parent,
        List<String> elements,
        Optional<String> release,
        Optional<Duration> rebuildAge,
        Optional<Duration> buildTimeout,
        Optional<List<String>> formats,
        Map<String, String> envVars,
        boolean pause,
        Optional<String> username,
        Optional<String> pythonPath,
        Optional<String> shellType,
        Optional<String> dibCommand,
        Map<String, String> metadata,
        Optional<Boolean> deleteAfterUpload,
        Optional<List<String>> keepFormats,
        ConfigSection section) {

    static DiskImageDraft read(ConfigSection section) {
        return new DiskImageDraft(
                section.requiredText("name"),
                section.bool("abstract").orElse(false),
                section.text("parent"),
                section.texts("elements"),
                text(section.textOrInteger("release")),
                age(section.seconds("rebuild-age", 0)),
                age(section.seconds("build-timeout", 0)),
                list(section.optionalTexts("formats")),
                section.secretTexts("env-vars"),
                section.bool("pause").orElse(false),
                text(section.text("username")),
                text(section.text("python-path")),
                text(section.text("shell-type")),
                text(section.text("dib-cmd")),
                section.textMap("metadata"),
                section.bool("delete-after-upload"),
                list(section.optionalTexts("keep-formats")),
                section);
    }

    /** This image as a child of another one, which has taken over from its own parents already. */
    DiskImageDraft over(DiskImageDraft base) {
        var allElements = new ArrayList<>(base.elements);
        allElements.addAll(elements);
        var allVars = new LinkedHashMap<>(base.envVars);
        allVars.putAll(envVars);
        return new DiskImageDraft(
                name,
                isAbstract,
                parent,
                allElements,
                release.or(() -> base.release),
                rebuildAge.or(() -> base.rebuildAge),
                buildTimeout.or(() -> base.buildTimeout),
                formats.or(() -> base.formats),
                allVars,
                pause || base.pause,
                username.or(() -> base.username),
                pythonPath.or(() -> base.pythonPath),
                shellType.or(() -> base.shellType),
                dibCommand.or(() -> base.dibCommand),
                metadata,
                deleteAfterUpload.or(() -> base.deleteAfterUpload),
                keepFormats.or(() -> base.keepFormats),
                section);
    }

    /**
     * The finished image.
     *
     * @param more formats that providers need
     * @param secretVars environment from the secure file, which wins
     */
    DiskImageConfig finish(Set<String> more, Map<String, String> secretVars) {
        var allFormats = new TreeSet<>(formats.orElse(List.of()));
        allFormats.addAll(more);
        var allVars = new LinkedHashMap<>(envVars);
        allVars.putAll(secretVars);
        return new DiskImageConfig(
                name,
                isAbstract,
                elements,
                release.orElse(""),
                rebuildAge.orElse(DiskImageConfig.DEFAULT_REBUILD_AGE),
                buildTimeout.orElse(DiskImageConfig.DEFAULT_BUILD_TIMEOUT),
                allFormats,
                allVars,
                pause,
                username.orElse("zuul"),
                pythonPath.orElse("auto"),
                shellType.orElse(null),
                dibCommand.orElse("disk-image-create"),
                metadata,
                deleteAfterUpload.orElse(false),
                new TreeSet<>(keepFormats.orElse(List.of())));
    }

    private static Optional<String> text(Optional<String> value) {
        return value.filter(text -> !text.isEmpty());
    }

    private static Optional<Duration> age(Optional<Duration> value) {
        return value.filter(age -> !age.isZero());
    }

    private static Optional<List<String>> list(Optional<List<String>> value) {
        return value.filter(list -> !list.isEmpty());
    }
}
