package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.Mark;
import dev.nodepool.driver.config.Problems;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Structure of files: anchors, merge keys, repeated keys, limits. */
class YamlTreeTest {

    private final Problems problems = new Problems(true);

    private Mapping read(String yaml) {
        return new YamlReader(Map.of(), problems)
                .read(new Source("f", yaml, false))
                .orElseGet(() -> new Mapping(new Mark("f", 0, 0), Map.of()));
    }

    private String problemOf(String yaml) {
        read(yaml);
        assertThat(problems.found()).hasSize(1);
        return problems.found().get(0).toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {<<: {x: 1}, x: 2}                   | {x=2}
            {x: 2, <<: {x: 1}}                   | {x=2}
            {<<: [{x: 1}, {x: 2, y: 3}]}         | {x=1, y=3}
            {<<: {x: 1}, <<: {x: 3}}             | {x=3}
            {"<<": {x: 1}}                       | {<<={x=1}}
            {a: &b {x: 1}, c: {<<: *b, y: 2}}    | {a={x=1}, c={x=1, y=2}}
            {a: &b [1, yes], c: *b}              | {a=[1, true], c=[1, true]}
            {a: !!str 8, b: !!int '8'}           | {a=8, b=8}
            {1: a, yes: b}                       | {1=a, yes=b}
            """)
    void resolvesAnchorsAndMergeKeysAsPyYamlDoes(String yaml, String json) {
        assertThat(read(yaml).json()).hasToString(json);
        assertThat(problems.found()).isEmpty();
    }

    @Test
    void keepsOneObjectForWhatAnAliasShares() {
        var tree = read("{a: &b {x: 1}, c: *b}");

        assertThat(Objects.requireNonNull(tree.get("a"))).isSameAs(tree.get("c"));
        assertThat(Objects.requireNonNull(tree.get("a")).mark()).hasToString("f:1:5");
    }

    @Test
    void takesTheLastOfRepeatedKeysAndSaysSo() {
        assertThat(read("a:\n  x: 1\n  x: 2\n").json()).hasToString("{a={x=2}}");
        assertThat(problems.found())
                .singleElement()
                .hasToString("f:3:3: a.x: repeated key, the one at line 2 is ignored");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a: {<<: 1}          | f:1:9: a: expected a mapping or a list of mappings behind <<
            a: &a [*a]          | f:1:4: a[0]: an alias refers to something it is part of
            a: {? [1] : 2}      | f:1:7: a: a key must be a single word
            a: =                | f:1:4: a: the tag tag:yaml.org,2002:value is not supported, quote a text
            a: !foo 1           | f:1:4: a: the tag !foo is not supported, quote a text
            a: !!int x          | f:1:4: a: the value does not fit its tag tag:yaml.org,2002:int
            a: *x               | f:1:4: YAML: found undefined alias x (line 1, column 4)
            """)
    void refusesWhatPyYamlRefuses(String yaml, String problem) {
        assertThat(problemOf(yaml)).isEqualTo(problem);
    }

    @Test
    void refusesSeveralDocumentsInAFile() {
        assertThat(problemOf("a: 1\n---\nb: 2\n")).startsWith("f:2:1: YAML: but found another document");
    }

    @Test
    void refusesCharactersThatAreNotAllowed() {
        assertThat(problemOf("a: 1\nb: x\u0007\n")).startsWith("f:2:5: YAML: a character that is not allowed");
    }

    @Test
    void refusesAliasesThatUnfoldToMillions() {
        var laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            var one = "*a" + (i - 1);
            laughs.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", List.of(one, one, one, one, one, one))));
        }

        read(laughs.toString());

        assertThat(problems.found().get(0).text()).isEqualTo("aliases make more than 1000000 values of this");
    }

    @Test
    void refusesDeepNestingDirectlyAndThroughAliases() {
        assertThat(problemOf("a: " + "[".repeat(60) + "]".repeat(60))).contains("Nesting Depth exceeded max 50");

        var chain = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 120; i++) {
            chain.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));
        }
        read(chain.toString());
        assertThat(problems.found().get(1).text()).isEqualTo("nested more than 100 levels deep");
    }
}
