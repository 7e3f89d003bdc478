package dev.nodepool.internal.retention;

import dev.nodepool.config.DiskImageConfig;
import java.util.Comparator;

/** Whether a build of an image is due. */
public sealed interface BuildNeed {

    /** Why a build is due. */
    enum Why {
        REQUEST("it was asked for"),
        NONE_READY("there is no ready build"),
        AGE("the newest ready build is too old"),
        FORMATS("the newest ready build lacks a format that is wanted");

        private final String text;

        Why(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    /** What has waited longest goes first, and what a person waits for before that. */
    Comparator<Due> ORDER =
            Comparator.<Due, Boolean>comparing(due -> due.why() != Why.REQUEST).thenComparingDouble(Due::since);

    /**
     * A build is due.
     *
     * @param since since when, seconds since the epoch
     */
    record Due(Why why, double since) implements BuildNeed {}

    /**
     * No build is due.
     *
     * @param reason for people
     * @param until when one will be if nothing changes, seconds since the epoch; infinite when only a change can do that
     */
    record NotDue(String reason, double until) implements BuildNeed {}

    /** @param now seconds since the epoch */
    static BuildNeed of(DiskImageConfig image, ImageFacts facts, double now) {
        if (image.isAbstract()) {
            return never("it is abstract");
        }
        if (image.pause()) {
            return never("its configuration pauses it");
        }
        if (facts.paused()) {
            return never("it is paused");
        }
        if (image.formats().isEmpty()) {
            return never("no provider and no format wants it");
        }
        if (facts.request().isPresent()) {
            return new Due(Why.REQUEST, facts.request().get().since());
        }
        var newest = facts.newestReady();
        if (newest.isEmpty()) {
            return new Due(Why.NONE_READY, 0);
        }
        var build = newest.get().build();
        if (!build.formats().containsAll(image.formats())) {
            return new Due(Why.FORMATS, build.stateTime());
        }
        var end = build.stateTime() + image.rebuildAge().toMillis() / 1e3;
        return now >= end ? new Due(Why.AGE, end) : new NotDue("the newest build is young enough", end);
    }

    private static NotDue never(String reason) {
        return new NotDue(reason, Double.POSITIVE_INFINITY);
    }
}
