package dev.nodepool.internal.image;

import dev.nodepool.config.DiskImageConfig;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.internal.provider.ImageProvider;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.retention.LocalImages;
import dev.nodepool.internal.retention.Wanted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that a round of decisions is made on, as seen at one moment.
 *
 * @param installation the mark of what is ours in clouds
 * @param images what ZooKeeper knows, by name
 * @param providers open providers that hold images, by name
 * @param local formats by build of which there are files on this host
 * @param now seconds since the epoch
 */
public record Sight(
        NodepoolConfig config,
        String installation,
        Map<String, ImageFacts> images,
        Map<String, ImageProvider> providers,
        Map<LocalImages.Build, Set<String>> local,
        double now) {

    public ImageFacts facts(String image) {
        return images.getOrDefault(image, ImageFacts.none(image));
    }

    /** Images that can be built, in the order of the file. */
    public List<DiskImageConfig> diskImages() {
        return config.diskImages().values().stream()
                .filter(image -> !image.isAbstract())
                .toList();
    }

    Wanted wanted(String image, Workshop shop) {
        return wanted(config, providers, image, shop);
    }

    public static Wanted wanted(
            NodepoolConfig config, Map<String, ImageProvider> providers, String image, Workshop shop) {
        var wants = new HashMap<String, Boolean>();
        providers.forEach(
                (name, provider) -> wants.put(name, provider.wants(image).isPresent()));
        return wanted(config, wants, image, shop.builderId(), shop.host());
    }

    /** @param wants whether each provider wants this image */
    static Wanted wanted(
            NodepoolConfig config, Map<String, Boolean> wants, String image, String builderId, String host) {
        var configured = config.diskImages().get(image);
        var known = configured != null && !configured.isAbstract();
        var built = configured != null && known && !configured.formats().isEmpty();
        return new Wanted(known, built, wants, builderId, host);
    }
}
