package dev.nodepool.driver.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.config.ConfigNode.Entry;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.ConfigNode.Sequence;
import dev.nodepool.driver.config.ConfigNode.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfigSectionTest {

    private static final Mark MARK = new Mark("f", 1, 1);
    private final Problems problems = new Problems(true);

    private static ConfigNode node(Object value) {
        if (value instanceof Map<?, ?> map) {
            var entries = new LinkedHashMap<String, Entry>();
            map.forEach((key, item) -> entries.put((String) key, new Entry(MARK, node(item))));
            return new Mapping(MARK, entries);
        } else if (value instanceof List<?> list) {
            return new Sequence(MARK, list.stream().map(ConfigSectionTest::node).toList());
        }
        var type = value instanceof Integer
                ? Type.INTEGER
                : value instanceof Double ? Type.NUMBER : value instanceof Boolean ? Type.BOOLEAN : Type.TEXT;
        return new Scalar(MARK, type, value.toString(), value, false);
    }

    private ConfigSection section(Map<String, ?> values) {
        return ConfigSection.root((Mapping) node(values), problems);
    }

    private Stream<String> texts() {
        return problems.found().stream().map(problem -> problem.path() + ": " + problem.text());
    }

    @Test
    void givesValuesOfEveryType() {
        var section = section(Map.of(
                "text",
                "a",
                "int",
                3,
                "number",
                0.5,
                "bool",
                true,
                "list",
                List.of("a", "b"),
                "map",
                Map.of("x", "y")));

        assertThat(section.text("text")).contains("a");
        assertThat(section.integer("int")).contains(3);
        assertThat(section.number("int", 0)).contains(3.0);
        assertThat(section.number("number", 0)).contains(0.5);
        assertThat(section.bool("bool")).contains(true);
        assertThat(section.seconds("int", 0)).contains(Duration.ofSeconds(3));
        assertThat(section.texts("list")).containsExactly("a", "b");
        assertThat(section.textOrTexts("text")).containsExactly("a");
        assertThat(section.textMap("map")).isEqualTo(Map.of("x", "y"));
        assertThat(section.raw("map")).contains(Map.of("x", "y"));
        assertThat(section.section("map").orElseThrow().text("x")).contains("y");
        section.reportUnread();
        assertThat(problems.found()).isEmpty();
    }

    @Test
    void reportsWrongTypesAndAnswersAsIfTheyWereAbsent() {
        var section = section(Map.of("text", true, "int", "3", "list", "a", "map", List.of()));

        assertThat(section.text("text")).isEmpty();
        assertThat(section.integer("int")).isEmpty();
        assertThat(section.texts("list")).isEmpty();
        assertThat(section.section("map")).isEmpty();
        assertThat(texts())
                .containsExactly(
                        "text: expected a string, got true",
                        "int: expected an integer, got \"3\"",
                        "list: expected a list, got \"a\"",
                        "map: expected a mapping, got a list");
    }

    @Test
    void checksRanges() {
        var section = section(Map.of("a", -1, "b", 70000, "c", 1.5, "d", -0.5));

        section.integer("a", 0, Integer.MAX_VALUE);
        section.port("b");
        assertThat(section.seconds("c", 0)).contains(Duration.ofMillis(1500));
        section.number("d", 0);
        assertThat(texts())
                .containsExactly(
                        "a: must be at least 0",
                        "b: must be between 0 and 65535",
                        "c: whole seconds expected",
                        "d: must be at least 0");
    }

    @Test
    void readsAllNamedSectionsAndKeepsTheLastOfEachName() {
        var section = section(Map.of(
                "list", List.of(Map.of("name", "a", "x", 1), Map.of("x", "wrong"), Map.of("name", "a", "x", 2))));

        var values = section.named("list", entry -> entry.integer("x").orElse(0));

        assertThat(values).containsExactly(2);
        assertThat(texts())
                .containsExactly(
                        "list[1].name: missing",
                        "list[1].x: expected an integer, got \"wrong\"",
                        "list[2].name: \"a\" already defined at line 1");
    }

    @Test
    void reportsWhatNobodyAskedForWithAdvice() {
        var section = section(new LinkedHashMap<>(Map.of("netwroks", 1, "old", 2, "inner", Map.of("x", 1))));
        section.texts("networks");
        section.retired("old", "use \"new\"");
        section.section("inner");

        section.reportUnread();

        assertThat(texts())
                .containsExactlyInAnyOrder(
                        "netwroks: unknown key, did you mean \"networks\"?",
                        "old: unknown key, use \"new\"",
                        "inner.x: unknown key");
    }

    @Test
    void showsNeitherSecretsNorLongTexts() {
        var secret = new Scalar(MARK, Type.TEXT, "pw", "pw", true);
        var entries = Map.of("a", new Entry(MARK, secret), "b", new Entry(MARK, node("x".repeat(41))));
        var section = ConfigSection.root(new Mapping(MARK, entries), problems);

        section.integer("a");
        section.integer("b");

        assertThat(texts())
                .containsExactly("a: expected an integer, got a string", "b: expected an integer, got a string");
        assertThat(section.mapping().toString() + secret).doesNotContain("pw");
    }
}
