package dev.nodepool.internal.image;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.ProviderImage;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.retention.ImageRetention;
import dev.nodepool.internal.retention.ImageRetention.UploadGoes;
import dev.nodepool.internal.retention.UploadFacts;
import dev.nodepool.internal.retention.Wanted;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What builders that have a configuration delete of an image in the end, if nothing else happens.
 *
 * @param uploads in the cloud and in ZooKeeper
 * @param builds with their files
 */
public record ImageForecast(Set<UploadFacts> uploads, Set<BuildFacts> builds) {

    private record Owner(String id, String host) {}

    public ImageForecast {
        uploads = Set.copyOf(uploads);
        builds = Set.copyOf(builds);
    }

    /** @param now seconds since the epoch */
    public static ImageForecast of(NodepoolConfig config, ImageFacts image, double now) {
        var uploads = new HashSet<UploadFacts>();
        var builds = new HashSet<BuildFacts>();
        for (var owner : owners(image)) {
            var wanted = wanted(config, image.name(), owner);
            var gone = ImageRetention.of(wanted, image, now).uploads().stream()
                    .map(UploadGoes::upload)
                    .collect(Collectors.toSet());
            uploads.addAll(gone);
            var after = without(image, gone);
            ImageRetention.of(wanted, after, now)
                    .marks()
                    .forEach(marked -> image.build(marked.id()).ifPresent(builds::add));
        }
        return new ImageForecast(uploads, builds);
    }

    private static Set<Owner> owners(ImageFacts image) {
        return image.builds().stream()
                .map(facts -> facts.build())
                .map(build ->
                        new Owner(build.builderId().orElse(""), build.builder().orElse("")))
                .collect(Collectors.toSet());
    }

    private static Wanted wanted(NodepoolConfig config, String image, Owner owner) {
        Map<String, Boolean> wants = config.providers().stream()
                .collect(Collectors.toMap(
                        ProviderConfig::name,
                        provider -> provider.settings().images().stream()
                                .map(ProviderImage::name)
                                .anyMatch(image::equals)));
        return Sight.wanted(config, wants, image, owner.id(), owner.host());
    }

    private static ImageFacts without(ImageFacts image, Set<UploadFacts> gone) {
        List<BuildFacts> builds = image.builds().stream()
                .map(build -> new BuildFacts(
                        build.build(),
                        build.empty(),
                        build.created(),
                        build.uploads().stream()
                                .filter(upload -> !gone.contains(upload))
                                .toList()))
                .toList();
        return new ImageFacts(image.name(), image.paused(), image.request(), image.building(), builds);
    }
}
