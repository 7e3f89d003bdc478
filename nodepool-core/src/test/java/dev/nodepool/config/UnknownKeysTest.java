package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.config.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hints on unknown keys, and how lapses and errors go together. */
class UnknownKeysTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lables: []                            | 1:1: lables: unknown key, did you mean "labels"?
            max_hold_age: 1                       | 1:1: max_hold_age: unknown key, did you mean "max-hold-age"?
            Providers: []                         | 1:1: Providers: unknown key, did you mean "providers"?
            {labels: [], lables: []}              | 1:14: lables: unknown key
            zmq-publishers: []                    | 1:1: zmq-publishers: unknown key, events are in ZooKeeper
            xyzzy: 1                              | 1:1: xyzzy: unknown key
            labels: [{name: a, min-redy: 1}]      | 1:20: labels[0].min-redy: unknown key, did you mean "min-ready"?
            providers: [{name: fake, max-servers: 1}] | 1:26: providers[0].max-servers: unknown key, move it into a pool
            """)
    void getAHint(String yaml, String problem) {
        assertThat(Load.errors(yaml)).containsExactly(problem);
    }

    @Test
    void areNotReportedOfAProviderWithoutDriver() {
        assertThat(Load.errors("providers: [{name: a, driver: nope, x: 1, pools: [{name: p, y: 2}]}]"))
                .singleElement()
                .asString()
                .contains("unknown driver");
    }

    @Test
    void areReportedOncePerPlaceThoughAnAnchorRepeatsIt() {
        assertThat(Load.errors("""
                labels: [{name: a}]
                providers:
                - name: fake
                  cloud-images: [{name: i}]
                  pools:
                  - {name: p, labels: &l [{name: a, cloud-image: i, min-ram: 1, x: 1}]}
                  - {name: q, labels: *l}
                """)).containsExactly("6:65: providers[0].pools[0].labels[0].x: unknown key");
    }

    private static final String THREE_MISTAKES = """
            zookeeper-servers:
              - host: 127.0.0.1
                port: 2181
            labels:
              - name: a
                min-ready: many
              - name: b
            webapp:
              prt: 8005
            labels-of-mine: &x
              - name: c
            """;

    @Test
    void areToldBesideTheErrorsWhenALoadFails() {
        var problems = Load.problems(Load.loader(), THREE_MISTAKES, Strictness.LENIENT);

        assertThat(problems)
                .extracting(Problem::severity)
                .containsExactly(Problem.Severity.ERROR, Problem.Severity.WARNING, Problem.Severity.WARNING);
        assertThat(problems)
                .extracting(problem -> problem.mark().toString())
                .containsExactly("nodepool.yaml:6:16", "nodepool.yaml:9:3", "nodepool.yaml:10:1");
    }

    @Test
    void countAsErrorsInACheck() {
        var wrong = """
                zookeeper-servers:
                  - host: 127.0.0.1
                    port: 2181
                labels:
                  - name: a
                    min-ready: many
                  - name: b
                    max-ready-age: 60
                    colour: blue
                  - name: c
                    min-ready: 0
                  - min-ready: 1
                """;

        assertThat(Load.errors(wrong))
                .containsExactly(
                        "6:16: labels[0].min-ready: expected an integer, got \"many\"",
                        "9:5: labels[1].colour: unknown key",
                        "12:5: labels[3].name: missing");
    }
}
