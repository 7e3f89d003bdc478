package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which edits replace a provider: those that change what it does. */
class ProviderEqualityTest {

    private static final String FILE = """
            labels: [{name: a}]
            diskimages: [{name: d, elements: [vm]}]
            providers:
            - name: p
              cloud: c
              diskimages: [{name: d}]
              pools:
              - name: main
                max-servers: 5
                labels: [{name: a, diskimage: d, min-ram: 1024}]
            """;

    private static ProviderConfig provider(String yaml) {
        return Load.loader().loadText("f", yaml).config().provider("p").orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cloud: c           | cloud: other
            cloud: c           | {cloud: c, max-concurrency: 3}
            cloud: c           | {cloud: c, image-name-format: x}
            cloud: c           | {cloud: c, priority: 3}
            [{name: d}]        | [{name: d, pause: true}]
            max-servers: 5     | max-servers: 6
            max-servers: 5     | {max-servers: 5, node-attributes: {x: y}}
            min-ram: 1024      | min-ram: 2048
            """)
    void replaces(String from, String to) {
        assertThat(provider(edited(from, to))).isNotEqualTo(provider(FILE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cloud: c           | {cloud: c, launch-retries: 3}
            cloud: c           | {cloud: c, driver: openstack}
            cloud: c           | {cloud: 'c', rate: 1}
            cloud: c           | {cloud: c, bogus: 1}
            {name: a}          | {name: a, min-ready: 3}
            elements: [vm]     | {elements: [vm, more], rebuild-age: 60}
            min-ram: 1024      | {min-ram: 0x400, boot-from-volume: no}
            """)
    void keeps(String from, String to) {
        assertThat(provider(edited(from, to))).isEqualTo(provider(FILE));
    }

    /** Braces around the replacement only hold the table's cell together. */
    private static String edited(String from, String to) {
        var text = to.startsWith("{") && !from.startsWith("{") ? to.substring(1, to.length() - 1) : to;
        var block = from.equals("cloud: c") || from.startsWith("max-servers");
        return FILE.replaceFirst(Pattern.quote(from), block ? lines(text, from) : text);
    }

    private static String lines(String text, String from) {
        return text.replace(", ", from.startsWith("cloud") ? "\n  " : "\n    ");
    }

    @Test
    void keepsAnUntouchedProviderWhenOthersCome() {
        assertThat(provider(FILE + "- {name: q, cloud: c}\n")).isEqualTo(provider(FILE));
    }
}
