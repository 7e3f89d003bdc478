package dev.nodepool.model;

/** A record with an id of its own. */
public interface StoredRecord {

    /** Name of its znode. */
    String id();

    Document doc();
}
