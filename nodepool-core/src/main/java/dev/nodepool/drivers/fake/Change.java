package dev.nodepool.drivers.fake;

/** One step from a state of the cloud to the next. */
sealed interface Change {

    /** An instance is new or different. */
    record PutServer(FakeServer server) implements Change {}

    record DropServer(String id) implements Change {}

    /** An image is new or different. */
    record PutImage(FakeImage image) implements Change {}

    record DropImage(String id) implements Change {}
}
