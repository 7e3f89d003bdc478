package dev.nodepool.internal.retention;

import dev.nodepool.model.ImageBuild;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the configuration of one builder says about one image.
 *
 * @param configured whether the image is among its disk images
 * @param built whether any format of it is wanted
 * @param providers its providers that hold images, and whether each wants this image
 * @param owner id of this builder
 * @param host its host name, which owns builds that name no builder id
 */
public record Wanted(boolean configured, boolean built, Map<String, Boolean> providers, String owner, String host) {

    public Wanted {
        providers = Map.copyOf(providers);
    }

    /** Whether a build was made by this builder, so that its files are or were here. */
    public boolean ours(ImageBuild build) {
        return build.builderId()
                .map(owner::equals)
                .orElseGet(() -> build.builder().filter(host::equals).isPresent());
    }

    /** Providers of this configuration among others. */
    Set<String> of(Set<String> names) {
        return names.stream().filter(providers::containsKey).collect(Collectors.toSet());
    }

    boolean wants(String provider) {
        return configured && providers.getOrDefault(provider, false);
    }
}
