package dev.nodepool.driver;

import java.util.List;

/**
 * The answer to a listing. Only a complete one proves that something is absent.
 *
 * @param items what was seen
 * @param complete false when the cloud cut the answer short
 */
public record Listing<T>(List<T> items, boolean complete) {

    public Listing {
        items = List.copyOf(items);
    }

    public static <T> Listing<T> complete(List<T> items) {
        return new Listing<>(items, true);
    }

    public static <T> Listing<T> partial(List<T> items) {
        return new Listing<>(items, false);
    }
}
