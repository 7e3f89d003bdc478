package dev.nodepool.driver.openstack.rest;

import java.util.List;
import java.util.Locale;

/** Services of a cloud, with the types under which catalogs have them, best first. */
public enum Service {
    IDENTITY("identity"),
    COMPUTE("compute"),
    NETWORK("network"),
    IMAGE("image"),
    VOLUME("block-storage", "block-store", "volumev3", "volume", "volumev2");

    private final List<String> types;

    Service(String... types) {
        this.types = List.of(types);
    }

    List<String> types() {
        return types;
    }

    /** The name in metrics and in the account file. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
