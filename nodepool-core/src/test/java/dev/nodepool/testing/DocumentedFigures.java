package dev.nodepool.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The figures that docs/metrics.md names, with their parts in angle brackets. */
public final class DocumentedFigures {

    private static final Pattern NAME = Pattern.compile("`(nodepool\\.[\\w.<>-]+)`");
    private static final Pattern PART = Pattern.compile("<\\w+>");

    private final String page;

    public DocumentedFigures() {
        try {
            page = Files.readString(GeneratedPage.root().resolve("docs/metrics.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String page() {
        return page;
    }

    public Set<String> names() {
        return NAME.matcher(page).results().map(match -> match.group(1)).collect(Collectors.toSet());
    }

    /** Those that a sent name is one of. */
    public List<String> matching(String sent) {
        return names().stream()
                .filter(name -> Pattern.matches(
                        PART.splitAsStream(name).map(Pattern::quote).collect(Collectors.joining(".+"))
                                + (name.endsWith(">") ? ".+" : ""),
                        sent))
                .toList();
    }
}
