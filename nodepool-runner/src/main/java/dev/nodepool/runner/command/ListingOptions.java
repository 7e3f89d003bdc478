package dev.nodepool.runner.command;

import dev.nodepool.runner.listing.Listing;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Collection;
import picocli.CommandLine.Option;

/** How a listing is printed. */
final class ListingOptions {

    private final InstantSource clock = InstantSource.system();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json (${DEFAULT-VALUE}).")
    private Format format = Format.text;

    boolean json() {
        return format == Format.json;
    }

    /** Prints a table with these columns, or JSON. */
    <T> void print(PrintWriter out, Listing<T> listing, Collection<? extends T> rows) {
        out.println(json() ? listing.json(rows, clock.instant()) : listing.text(rows, clock.instant()));
    }
}
