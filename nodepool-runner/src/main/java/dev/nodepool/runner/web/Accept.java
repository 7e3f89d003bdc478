package dev.nodepool.runner.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What somebody accepts, of what is offered here: HTML, text and JSON, in this order when they are equally welcome. */
enum Accept {
    HTML("text/html"),
    TEXT("text/plain"),
    JSON("application/json");

    private static final Pattern RANGE = Pattern.compile(
            "\\s*([\\w!#$&^.+-]+|\\*)/([\\w!#$&^.+-]+|\\*)\\s*(?:;\\s*(.*))?", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern QUALITY = Pattern.compile("(?:.*;)?\\s*q\\s*=\\s*([01](?:\\.\\d{0,3})?)\\s*(?:;.*)?");
    private static final int MAX_RANGES = 50;

    private record Range(String type, double quality, int exactness) {}

    private final String type;

    Accept(String type) {
        this.type = type;
    }

    /** Whether a browser asks: a page is for whoever names HTML, not for whoever takes anything. */
    static boolean namesHtml(Query query) {
        return query.header("accept")
                        .filter(header -> header.contains(HTML.type))
                        .isPresent()
                && of(query).filter(best -> best == HTML).isPresent();
    }

    /** The best of the offers; text when nothing is asked for or it can not be understood; empty when none will do. */
    static Optional<Accept> of(Query query) {
        Optional<List<Range>> ranges = query.header("accept").flatMap(Accept::ranges);
        if (ranges.isEmpty()) {
            return Optional.of(TEXT);
        }
        Accept best = null;
        double quality = 0;
        for (Accept offer : values()) {
            double its = offer.quality(ranges.get());
            if (its > quality) {
                best = offer;
                quality = its;
            }
        }
        return Optional.ofNullable(best);
    }

    private double quality(List<Range> ranges) {
        Range closest = new Range("", 0, -1);
        for (Range range : ranges) {
            boolean fits = range.exactness() == 0
                    || range.type().equals(type)
                    || range.exactness() == 1
                            && type.startsWith(
                                    range.type().substring(0, range.type().length() - 1));
            if (fits && range.exactness() > closest.exactness()) {
                closest = range;
            }
        }
        return closest.quality();
    }

    private static Optional<List<Range>> ranges(String header) {
        List<Range> ranges = new ArrayList<>();
        for (String part : header.split(",", MAX_RANGES)) {
            if (part.isBlank()) {
                continue;
            }
            Matcher range = RANGE.matcher(part.toLowerCase(Locale.ROOT));
            if (!range.matches()) {
                return Optional.empty();
            }
            int exactness = range.group(1).equals("*") ? 0 : range.group(2).equals("*") ? 1 : 2;
            ranges.add(new Range(range.group(1) + "/" + range.group(2), quality(range.group(3)), exactness));
        }
        return ranges.isEmpty() ? Optional.empty() : Optional.of(ranges);
    }

    private static double quality(@Nullable String parameters) {
        if (parameters == null) {
            return 1;
        }
        Matcher quality = QUALITY.matcher(parameters);
        return quality.matches() ? Math.min(1, Double.parseDouble(quality.group(1))) : 1;
    }
}
