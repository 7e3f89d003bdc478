package dev.nodepool.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** Without the values of {@link #envVars}, which may be secret. */
    @Override
    public String toString() {
        return "DiskImageConfig[" + name + "]";
    }
}
