package dev.nodepool.internal.retention;

import dev.nodepool.model.BuildState;
import dev.nodepool.model.UploadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is to go of an image: decided on one sight of it, done by others. What an image still needs is kept: its two newest
 * ready builds, and of each provider the two newest ready uploads, with the builds they are of.
 *
 * @param uploads uploads to delete, in the cloud and here
 * @param marks builds to mark as deleting
 * @param records builds whose record is to be removed, their files being gone
 */
public record ImageRetention(List<UploadGoes> uploads, List<BuildFacts> marks, List<BuildFacts> records) {

    static final int KEPT = 2;

    /** So long the owner of a build has to remove it before others do. */
    static final double OWNER_FIRST_SECONDS = 3600;

    /** What holds nothing may be about to be written. */
    static final double EMPTY_SECONDS = 60;

    /** So long a failed upload is left to be seen. */
    static final double SHOWN_SECONDS = 60;

    /** Why an upload goes. */
    public enum Why {
        /** Its deletion has begun. */
        DELETING,
        FAILED,
        /** Whoever uploaded it is gone. */
        ABANDONED,
        /** The provider does not want the image any more. */
        UNWANTED,
        /** There are newer ones. */
        SURPLUS,
        /** Its record holds nothing. */
        EMPTY
    }

    public record UploadGoes(UploadFacts upload, Why why) {}

    public ImageRetention {
        uploads = List.copyOf(uploads);
        marks = List.copyOf(marks);
        records = List.copyOf(records);
    }

    /**
     * Decides.
     *
     * <p>A builder leaves images alone that it does not know, but for its own builds of them: those were removed from its
     * configuration.
     *
     * @param now seconds since the epoch
     */
    public static ImageRetention of(Wanted wanted, ImageFacts image, double now) {
        var kept = kept(wanted, image);
        var uploads = new ArrayList<UploadGoes>();
        var marks = new ArrayList<BuildFacts>();
        var records = new ArrayList<BuildFacts>();
        for (var build : image.builds()) {
            if (!wanted.configured() && !wanted.ours(build.build())) {
                continue;
            }
            uploads.addAll(uploads(wanted, image, build, now));
            if (isToBeMarked(wanted, image, build, kept)) {
                marks.add(build);
            }
            if (isToBeRemoved(wanted, build, now)) {
                records.add(build);
            }
        }
        return new ImageRetention(uploads, marks, records);
    }

    /** Ids of the builds that stay whatever becomes of their uploads. */
    static Set<String> kept(Wanted wanted, ImageFacts image) {
        return image.ready().stream()
                .filter(build -> wanted.built() || !wanted.ours(build.build()))
                .limit(KEPT)
                .map(BuildFacts::id)
                .collect(Collectors.toSet());
    }

    private static List<UploadGoes> uploads(Wanted wanted, ImageFacts image, BuildFacts build, double now) {
        var goes = new ArrayList<UploadGoes>();
        for (var provider : wanted.of(build.providers())) {
            var kept = newestReady(image, provider);
            for (var upload : build.uploadsTo(provider)) {
                var why = why(upload, wanted.wants(provider), kept.contains(upload), now);
                if (why != null) {
                    goes.add(new UploadGoes(upload, why));
                }
            }
        }
        return goes;
    }

    /** The uploads that launchers use or fall back to. */
    static List<UploadFacts> newestReady(ImageFacts image, String provider) {
        return image.ready().stream()
                .flatMap(build -> build.uploadsTo(provider).stream())
                .filter(u -> u.upload().state() == UploadState.READY)
                .sorted(UploadFacts.NEWEST_FIRST)
                .limit(KEPT)
                .toList();
    }

    private static @Nullable Why why(UploadFacts upload, boolean wanted, boolean kept, double now) {
        return switch (upload.upload().state()) {
            case DELETING -> Why.DELETING;
            case FAILED -> !wanted || now - upload.upload().stateTime() > SHOWN_SECONDS ? Why.FAILED : null;
            case UPLOADING -> upload.underWay() ? null : Why.ABANDONED;
            case READY -> !wanted ? Why.UNWANTED : kept ? null : Why.SURPLUS;
            case UNKNOWN ->
                upload.empty() && !upload.underWay() && now - upload.created() > EMPTY_SECONDS ? Why.EMPTY : null;
        };
    }

    private static boolean isToBeMarked(Wanted wanted, ImageFacts image, BuildFacts build, Set<String> kept) {
        var over = build.uploads().stream().allMatch(u -> u.upload().state() == UploadState.DELETING || u.empty());
        return switch (build.build().state()) {
            case READY -> over && !kept.contains(build.id());
            // The last failure is shown until there is something newer to show.
            case FAILED ->
                over
                        && !(wanted.built()
                                && image.lastResult().filter(build::equals).isPresent());
            case BUILDING -> !image.building();
            case DELETING, UNKNOWN -> false;
        };
    }

    private static boolean isToBeRemoved(Wanted wanted, BuildFacts build, double now) {
        if (!build.uploads().isEmpty()) {
            return false;
        }
        if (build.build().state() == BuildState.DELETING) {
            return wanted.ours(build.build()) || now - build.build().stateTime() > OWNER_FIRST_SECONDS;
        }
        return build.empty() && now - build.created() > EMPTY_SECONDS;
    }
}
