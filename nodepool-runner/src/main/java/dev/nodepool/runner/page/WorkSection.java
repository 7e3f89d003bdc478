package dev.nodepool.runner.page;

import dev.nodepool.runner.listing.Age;
import dev.nodepool.view.ImageProgress;
import dev.nodepool.view.ImageProgress.Step;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;

/** Builds and uploads under way, with how far they are. */
final class WorkSection {

    private static final List<String> HEADERS = List.of("Image", "Build", "Step", "Provider", "For", "Progress");
    private static final double STEP = 1024;
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

    private WorkSection() {}

    static void write(Html page, List<ImageProgress> progress, Instant now) {
        page.raw("<section><h2 id=\"work-h\">Under way</h2>").table("work", HEADERS);
        for (ImageProgress one : progress) {
            page.raw("<tr><th scope=\"row\">")
                    .text(one.image())
                    .raw("</th>")
                    .cell(one.build())
                    .cell(one.step().name().toLowerCase(Locale.ROOT))
                    .cell(Objects.requireNonNullElse(one.provider(), ""))
                    .cell(Age.of(one.since(), now), -one.since().getEpochSecond());
            howFar(page, one, now);
            page.raw("</tr>");
        }
        if (progress.isEmpty()) {
            page.none(HEADERS.size(), "This builder neither builds nor uploads at present.");
        }
        page.endTable().raw("</section>");
    }

    private static void howFar(Html page, ImageProgress one, Instant now) {
        OptionalInt percent = one.percent(now);
        page.raw("<td data-sort=\"" + percent.orElse(-1) + "\"><span class=\"bar\">");
        percent.ifPresent(value -> page.raw("<progress max=\"100\" value=\"" + value + "\" aria-label=\"")
                .text("%s of %s, %s".formatted(one.step().name().toLowerCase(Locale.ROOT), one.image(), one.build()))
                .raw("\"></progress> "));
        page.text(text(one, percent)).raw("</span></td>");
    }

    private static String text(ImageProgress one, OptionalInt percent) {
        if (one.total() > 0) {
            return "%d %%, %s of %s".formatted(percent.orElse(0), size(one.bytes()), size(one.total()));
        }
        String told = one.step() == Step.BUILDING ? "log of " + size(one.bytes()) : size(one.bytes());
        return percent.isPresent() ? "about %d %% by time, %s".formatted(percent.getAsInt(), told) : told;
    }

    /** Bytes for people. */
    static String size(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= STEP && unit < UNITS.size() - 1) {
            amount /= STEP;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", amount, UNITS.get(unit));
    }
}
