package dev.nodepool.drivers.fake;

import java.util.Locale;

/** What the fake cloud does and what can therefore go wrong in it. */
public enum Operation {
    /** The call that asks for an instance. */
    CREATE,
    /** The time between the call and a usable instance. */
    BOOT,
    DELETE,
    /** Listing instances or images. */
    LIST,
    LIMITS,
    UPLOAD,
    IMAGE_DELETE;

    /** The name in a configuration file. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
