package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong outside provider sections: each case once, with its place. */
class InvalidTopLevelTest {

    record Case(int row, String what, String yaml, String... expected) {
        @Override
        public String toString() {
            return row + " " + what;
        }
    }

    static Stream<Case> errorsInEveryMode() {
        return Stream.of(
                new Case(1, "empty file", "", "1:1: (root): the file is empty"),
                new Case(1, "only a comment", "# nothing\n", "1:1: (root): the file is empty"),
                new Case(1, "a list at the top", "- a\n", "1:1: (root): expected a mapping, got a list"),
                new Case(
                        2,
                        "tab as indentation",
                        "labels:\n\t- name: a\n",
                        "2:1: YAML: found character '\\t(TAB)' that cannot start any token. "
                                + "(Do not use \\t(TAB) for indentation) (line 2, column 1)"),
                new Case(
                        2,
                        "bad nesting",
                        "a: [1, 2\nb: 3\n",
                        "2:2: YAML: expected ',' or ']', but got : (line 2, column 2)"),
                new Case(4, "mapping for a list", "labels: {name: a}\n", "1:9: labels: expected a list, got a mapping"),
                new Case(5, "label without name", "labels:\n  - min-ready: 1\n", "2:5: labels[0].name: missing"),
                new Case(
                        6,
                        "integer in quotes",
                        "labels:\n  - name: a\n    min-ready: \"2\"\n",
                        "3:16: labels[0].min-ready: expected an integer, got \"2\""),
                new Case(
                        7,
                        "seconds in quotes",
                        "max-hold-age: \"3\"\n",
                        "1:15: max-hold-age: expected an integer, got \"3\""),
                new Case(
                        8,
                        "server without host",
                        "zookeeper-servers:\n  - port: 2181\n",
                        "2:5: zookeeper-servers[0].host: missing"),
                new Case(
                        11,
                        "variable that is no string",
                        "diskimages:\n  - name: d\n    env-vars: {A: 1}\n",
                        "3:19: diskimages[0].env-vars.A: expected a string, got an integer"),
                new Case(
                        12,
                        "text for a list",
                        "diskimages:\n  - name: d\n    elements: vm\n",
                        "3:15: diskimages[0].elements: expected a list, got \"vm\""),
                new Case(
                        15,
                        "unknown parent",
                        "diskimages:\n  - name: d\n    parent: q\n",
                        "3:13: diskimages[0].parent: no diskimage \"q\""),
                new Case(
                        16,
                        "own parent",
                        "diskimages:\n  - name: d\n    parent: d\n",
                        "3:13: diskimages[0].parent: cycle d -> d"),
                new Case(
                        16,
                        "cycle of parents",
                        "diskimages:\n- {name: x, parent: a}\n- {name: a, parent: b}\n- {name: b, parent: a}\n",
                        "3:21: diskimages[1].parent: cycle a -> b -> a"),
                new Case(
                        34,
                        "tenant without name",
                        "tenant-resource-limits:\n  - max-cores: 4\n",
                        "2:5: tenant-resource-limits[0].tenant-name: missing"),
                new Case(35, "TLS without ca", "zookeeper-tls: {cert: a, key: b}\n", "1:16: zookeeper-tls.ca: missing"),
                new Case(
                        35,
                        "TLS without anything",
                        "zookeeper-tls: {}\n",
                        "1:16: zookeeper-tls.cert: missing",
                        "1:16: zookeeper-tls.key: missing",
                        "1:16: zookeeper-tls.ca: missing"));
    }

    @ParameterizedTest(name = "row {0}")
    @MethodSource
    void errorsInEveryMode(Case wrong) {
        assertThat(Load.errors(wrong.yaml, Strictness.STRICT)).containsExactly(wrong.expected);
        assertThat(Load.errors(wrong.yaml, Strictness.LENIENT)).containsExactly(wrong.expected);
    }

    static Stream<Case> errorsInACheckButWarningsInADaemon() {
        return Stream.of(
                new Case(3, "unknown key", "nothandled: x\n", "1:1: nothandled: unknown key"),
                new Case(10, "unknown key of webapp", "webapp: {host: x}\n", "1:10: webapp.host: unknown key"),
                new Case(
                        14,
                        "disk image twice",
                        "diskimages:\n  - name: d\n  - name: d\n",
                        "3:11: diskimages[1].name: \"d\" already defined at line 2"),
                new Case(
                        14,
                        "label twice",
                        "labels:\n  - name: d\n  - name: d\n",
                        "3:11: labels[1].name: \"d\" already defined at line 2"));
    }

    @ParameterizedTest(name = "row {0}")
    @MethodSource
    void errorsInACheckButWarningsInADaemon(Case wrong) {
        assertThat(Load.errors(wrong.yaml, Strictness.STRICT)).containsExactly(wrong.expected);
        assertThat(Load.warnings(wrong.yaml)).containsExactly(wrong.expected);
    }

    static Stream<Case> warningsOnly() {
        return Stream.of(
                new Case(
                        13,
                        "release that is a number",
                        "diskimages:\n  - name: d\n    release: 18.10\n",
                        "3:14: diskimages[0].release: number used, quote it"),
                new Case(
                        6,
                        "port in quotes",
                        "zookeeper-servers: [{host: a, port: '2181'}]\n",
                        "1:37: zookeeper-servers[0].port: text used as an integer, leave out the quotes"),
                new Case(
                        0,
                        "repeated key",
                        "max-hold-age: 1\nmax-hold-age: 2\n",
                        "2:1: max-hold-age: repeated key, the one at line 1 is ignored"));
    }

    @ParameterizedTest(name = "row {0}")
    @MethodSource
    void warningsOnly(Case odd) {
        assertThat(Load.errors(odd.yaml)).isEmpty();
        assertThat(Load.warnings(odd.yaml)).isEqualTo(List.of(odd.expected));
    }
}
