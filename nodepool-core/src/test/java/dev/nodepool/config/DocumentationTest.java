package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference page for operators is true: its examples load, and show every key of its tables. */
class DocumentationTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    private static List<String> all(String regex) throws IOException {
        var found = new ArrayList<String>();
        var matcher = Pattern.compile(regex, Pattern.MULTILINE | Pattern.DOTALL).matcher(Files.readString(PAGE));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void itsCompleteExampleLoadsWithoutAWord() throws IOException {
        var example = all("```yaml\\n(.*?)```").get(0);
        var loader = new ConfigLoader(Load.DRIVERS, Map.of("NODEPOOL_DATA", "/srv"));

        var loaded = loader.requiringZooKeeper().loadText("configuration.md", example, Strictness.STRICT);

        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void itsTablesNameOnlyKeysOfTheCompleteExample() throws IOException {
        var example = all("```yaml\\n(.*?)```").get(0);
        var rows = all("^\\| (`[^|]*`) \\|");

        var keys = rows.stream()
                .flatMap(row -> Pattern.compile("`([^`]*)`").matcher(row).results())
                .map(match -> match.group(1))
                .toList();
        assertThat(keys)
                .hasSizeGreaterThan(80)
                .allSatisfy(key -> assertThat(example).containsPattern("(?m)(^|[ {])" + Pattern.quote(key) + ":"));
    }
}
