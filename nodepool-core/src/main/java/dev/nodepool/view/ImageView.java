package dev.nodepool.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A disk image as ZooKeeper has it.
 *
 * @param paused whether it is paused by order; a pause in the configuration does not show here
 * @param requested since when somebody has been waiting for a build that was asked for
 * @param building whether somebody builds it now
 * @param builds all builds, the newest first
 */
public record ImageView(
        String name, boolean paused, Optional<Instant> requested, boolean building, List<Build> builds) {

    public ImageView {
        builds = List.copyOf(builds);
    }

    /**
     * A build.
     *
     * @param state as stored: building, ready, failed or deleting; empty when its record can not be read
     * @param since when it came into this state
     * @param builder host that made it, null when unknown
     * @param builderId whose directory its files are in, null when unknown
     * @param formats made ones, or wanted ones while it builds
     */
    public record Build(
            String id,
            String state,
            Instant since,
            @Nullable String builder,
            @Nullable String builderId,
            List<String> formats,
            List<Upload> uploads) {

        public Build {
            formats = List.copyOf(formats);
            uploads = List.copyOf(uploads);
        }
    }

    /**
     * An upload.
     *
     * @param state as stored: uploading, ready, failed or deleting; empty when its record can not be read
     * @param since when it came into this state
     * @param externalName name in the cloud, null while there is none
     * @param externalId what the cloud calls it, null while there is none
     */
    public record Upload(
            String provider,
            String id,
            String state,
            Instant since,
            @Nullable String externalName,
            @Nullable String externalId) {}
}
