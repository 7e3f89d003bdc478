package dev.nodepool.internal.retention;

import dev.nodepool.config.DiskImageConfig;
import dev.nodepool.driver.ProviderImage;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.UploadState;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The build of an image that a provider still lacks.
 *
 * @param build the newest ready build
 * @param format the format the provider wants
 */
public record UploadNeed(ImageBuild build, String format) {

    /**
     * What is to be uploaded, if anything. Only the newest ready build ever is; an older one is not uploaded again.
     *
     * @param here whether the files of a build are on this host
     */
    public static Optional<UploadNeed> of(
            DiskImageConfig image,
            ProviderImage wanted,
            String provider,
            ImageFacts facts,
            Predicate<ImageBuild> here) {
        if (image.pause() || wanted.paused() || facts.paused()) {
            return Optional.empty();
        }
        return facts.newestReady()
                .filter(build -> build.build().formats().contains(wanted.format()))
                .filter(build -> build.uploadsTo(provider).stream()
                        .noneMatch(u -> u.upload().state() == UploadState.READY))
                .map(BuildFacts::build)
                .filter(here)
                .map(build -> new UploadNeed(build, wanted.format()));
    }
}
