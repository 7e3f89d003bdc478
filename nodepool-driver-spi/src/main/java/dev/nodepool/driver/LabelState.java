package dev.nodepool.driver;

/**
 * Whether machines of a label can be launched, capacity apart.
 *
 * @param kind ready; not now, e.g. an image is missing; or broken until the configuration changes
 * @param reason why not, for people; empty when ready
 */
public record LabelState(Kind kind, String reason) {

    public static final LabelState READY = new LabelState(Kind.READY, "");

    public enum Kind {
        READY,
        NOT_NOW,
        BROKEN
    }

    public static LabelState notNow(String reason) {
        return new LabelState(Kind.NOT_NOW, reason);
    }

    public static LabelState broken(String reason) {
        return new LabelState(Kind.BROKEN, reason);
    }

    public boolean ready() {
        return kind == Kind.READY;
    }
}
