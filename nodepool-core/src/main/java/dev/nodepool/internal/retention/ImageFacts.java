package dev.nodepool.internal.retention;

import dev.nodepool.model.BuildState;
import java.util.List;
import java.util.Optional;

/**
 * A disk image in ZooKeeper as seen at one moment. Immutable.
 *
 * @param paused whether somebody paused it by order
 * @param request the manual request for a build, if there is one
 * @param building whether somebody holds or waits for the lock of its builds
 * @param builds all its builds, whoever made them
 */
public record ImageFacts(
        String name, boolean paused, Optional<Request> request, boolean building, List<BuildFacts> builds) {

    /**
     * A manual request.
     *
     * @param created the transaction that made it: what tells one request from the next
     * @param since seconds since the epoch
     */
    public record Request(long created, double since) {}

    public ImageFacts {
        builds = List.copyOf(builds);
    }

    /** Nothing is known of the image. */
    public static ImageFacts none(String name) {
        return new ImageFacts(name, false, Optional.empty(), false, List.of());
    }

    /** Ready builds, the newest first. Ids say nothing of age: two forms of them exist. */
    public List<BuildFacts> ready() {
        return builds.stream()
                .filter(b -> b.build().state() == BuildState.READY)
                .sorted(BuildFacts.NEWEST_FIRST)
                .toList();
    }

    public Optional<BuildFacts> newestReady() {
        return ready().stream().findFirst();
    }

    public Optional<BuildFacts> build(String id) {
        return builds.stream().filter(b -> b.id().equals(id)).findFirst();
    }

    /** The build that ended last, well or not. */
    public Optional<BuildFacts> lastResult() {
        return builds.stream()
                .filter(b -> b.build().state() == BuildState.READY || b.build().state() == BuildState.FAILED)
                .min(BuildFacts.NEWEST_FIRST);
    }
}
