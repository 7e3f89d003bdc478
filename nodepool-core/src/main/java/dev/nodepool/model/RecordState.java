package dev.nodepool.model;

/** A state that a record is stored with. */
public interface RecordState {

    /** As it is written in the record. */
    String text();
}
