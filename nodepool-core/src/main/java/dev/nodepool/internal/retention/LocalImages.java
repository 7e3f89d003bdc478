package dev.nodepool.internal.retention;

import dev.nodepool.config.DiskImageConfig;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.UploadState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which image files on this host go. Files of a build that ZooKeeper does not know go only when it knows others, and after
 * a while: a tree that was emptied, or restored too late, must not take the images with it.
 *
 * @param unknownSince since when each local build was unknown in every look, seconds since the epoch
 */
public record LocalImages(Map<LocalImages.Build, Double> unknownSince) {

    /** So long a local build must have been unknown. */
    static final double UNKNOWN_SECONDS = 600;

    public static final LocalImages NOTHING_SEEN = new LocalImages(Map.of());

    /** Ids that nobody but a builder gives; the older ones of ten digits could be anything. */
    private static final Pattern UNMISTAKABLE = Pattern.compile("[0-9a-f]{32}");

    public LocalImages {
        unknownSince = Map.copyOf(unknownSince);
    }

    /** A build that has files here. */
    public record Build(String image, String id) {}

    /**
     * What follows from a look.
     *
     * @param frozen whether files of unknown builds stay because ZooKeeper knows too little
     * @param gone builds whose files are to be deleted
     * @param next what to remember until the next look
     */
    public record Verdict(boolean frozen, List<Build> gone, LocalImages next) {}

    /**
     * Judges what is here.
     *
     * @param here builds with files on this host
     * @param images what ZooKeeper knows, by name
     * @param configured names of the images of the configuration
     * @param now seconds since the epoch
     */
    public Verdict judge(Collection<Build> here, Map<String, ImageFacts> images, Set<String> configured, double now) {
        var gone = new ArrayList<Build>();
        var unknown = new HashMap<Build, Double>();
        var known = 0;
        for (var build : here) {
            var facts = Optional.ofNullable(images.get(build.image())).flatMap(image -> image.build(build.id()));
            if (facts.isEmpty() || facts.get().empty()) {
                if (UNMISTAKABLE.matcher(build.id()).matches() || configured.contains(build.image())) {
                    unknown.put(build, unknownSince.getOrDefault(build, now));
                }
                continue;
            }
            known++;
            var state = facts.get().build().state();
            if (state == BuildState.DELETING || state == BuildState.FAILED) {
                gone.add(build);
            }
        }
        var frozen = unknown.size() > known;
        if (!frozen) {
            unknown.forEach((build, since) -> {
                if (now - since >= UNKNOWN_SECONDS) {
                    gone.add(build);
                }
            });
        }
        return new Verdict(frozen, List.copyOf(gone), new LocalImages(unknown));
    }

    /**
     * Formats of a ready build that nobody needs here any more, with {@code delete-after-upload}.
     *
     * @param present formats that have a file here
     * @param wants format by provider that wants the image
     */
    public static Set<String> pruned(
            DiskImageConfig image, BuildFacts build, Set<String> present, Map<String, String> wants) {
        if (!image.deleteAfterUpload() || build.build().state() != BuildState.READY) {
            return Set.of();
        }
        Predicate<String> needed = format -> image.keepFormats().contains(format)
                || wants.entrySet().stream()
                        .anyMatch(w -> w.getValue().equals(format)
                                && build.uploadsTo(w.getKey()).stream()
                                        .noneMatch(u -> u.upload().state() == UploadState.READY));
        return present.stream().filter(format -> !needed.test(format)).collect(Collectors.toSet());
    }
}
