package dev.nodepool.event;

import java.time.Instant;

/** Something that happened to an image, done by this process or seen in ZooKeeper. Immutable. */
public sealed interface ImageEvent {

    /** When it was seen, by the wall clock. */
    Instant at();

    String image();

    /** The build it is about. */
    String build();

    /**
     * A build changed.
     *
     * @param state its state as stored, e.g. {@code building}; {@code gone} when its record was removed
     */
    record BuildChanged(Instant at, String image, String build, String state) implements ImageEvent {}

    /**
     * An upload changed.
     *
     * @param state its state as stored, e.g. {@code uploading}; {@code gone} when its record was removed
     */
    record UploadChanged(Instant at, String image, String build, String provider, String upload, String state)
            implements ImageEvent {}
}
