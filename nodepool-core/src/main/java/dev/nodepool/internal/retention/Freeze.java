package dev.nodepool.internal.retention;

/** Why unknown things are not deleted. */
public enum Freeze {
    MADE_ANEW("the records in ZooKeeper were made anew since this installation began"),
    EMPTY("ZooKeeper holds no node records"),
    SHARE("so many are unknown that ZooKeeper must have lost something"),
    WITHHELD("they were unknown when ZooKeeper had lost its records");

    private final String text;

    Freeze(String text) {
        this.text = text;
    }

    /** For people. */
    public String text() {
        return text;
    }
}
