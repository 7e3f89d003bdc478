package dev.nodepool.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk image with everything its parents give it.
 *
 * @param isAbstract only a parent: never built, uploaded or launched
 * @param formats wanted formats: its own and those its providers need; empty when nothing is to be built
 * @param envVars environment of the build; values may be secret and must not be logged
 * @param shellType Ansible's shell type, null when not given
 */
public record DiskImageConfig(
        String name,
        boolean isAbstract,
        List<String> elements,
        String release,
        Duration rebuildAge,
        Duration buildTimeout,
        Set<String> formats,
        Map<String, String> envVars,
        boolean pause,
        String username,
        String pythonPath,
        @Nullable String shellType,
        String dibCommand,
        Map<String, String> metadata,
        boolean deleteAfterUpload,
        Set<String> keepFormats) {

    public static final Duration DEFAULT_REBUILD_AGE = Duration.ofDays(1);
    public static final Duration DEFAULT_BUILD_TIMEOUT = Duration.ofHours(8);

    public DiskImageConfig {
        elements = List.copyOf(elements);
        formats = Collections.unmodifiableSet(new TreeSet<>(formats));
        envVars = Collections.unmodifiableMap(new LinkedHashMap<>(envVars));
        metadata = Map.copyOf(metadata);
        keepFormats = Collections.unmodifiableSet(new TreeSet<>(keepFormats));
    }

    /** Without the values of {@link #envVars}, which may be secret. */
    @Override
    public String toString() {
        return "DiskImageConfig[" + name + "]";
    }
}
