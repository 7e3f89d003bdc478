package dev.nodepool.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every link within the repository leads somewhere, also to the heading it names. */
class LinksTest {

    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\\n]*`");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        var broken = new ArrayList<String>();
        var links = 0;
        for (var document : Documents.all()) {
            var text = CODE.matcher(Files.readString(document)).replaceAll("");
            for (var link : LINK.matcher(text).results().map(m -> m.group(1)).toList()) {
                links++;
                if (!link.matches("[a-z]+:.*") && !leadsSomewhere(document, link)) {
                    broken.add(Documents.ROOT.relativize(document) + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(60);
    }

    private static boolean leadsSomewhere(Path document, String link) throws IOException {
        var parts = link.split("#", 2);
        var target = parts[0].isEmpty()
                ? document
                : document.resolveSibling(parts[0]).normalize();
        return Files.exists(target)
                && target.startsWith(Documents.ROOT)
                && (parts.length == 1 || anchors(target).contains(parts[1]));
    }

    /** As the usual renderers make them of headings. */
    private static Set<String> anchors(Path document) throws IOException {
        var text = Files.readString(document).replaceAll("(?ms)^```.*?^```", "");
        return HEADING.matcher(text)
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .strip()
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void readmeNamesEveryDocumentOfTheOperatorTheEmbedderAndTheContributor() throws IOException {
        var readme = Files.readString(Documents.ROOT.resolve("README.md"));
        try (var docs = Files.list(Documents.ROOT.resolve("docs"))) {
            assertThat(docs.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".md")))
                    .allSatisfy(name -> assertThat(readme).contains("docs/" + name));
        }
    }
}
