package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.drivers.fixed.StaticSettings;
import dev.nodepool.testing.Behaviour;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The configuration of static hosts. */
class StaticHostsTest {

    private static String nodes(String nodes) {
        return """
                labels: [{name: a}, {name: b}]
                providers:
                  - name: rack
                    driver: static
                    pools:
                      - name: main
                        nodes: [%s]
                """.formatted(nodes);
    }

    static Stream<String[]> wrong() {
        return Stream.of(
                new String[] {"{labels: [a]}", "name: missing"},
                new String[] {"{name: h}", "labels: missing"},
                new String[] {"{name: h, labels: [c]}", "no top-level label \"c\""},
                new String[] {"{name: h, labels: [a], max-parallel-jobs: 0}", "max-parallel-jobs"},
                new String[] {"{name: h, labels: [a], timeout: 0}", "timeout"},
                new String[] {"{name: h, labels: [a], connection-port: ssh}", "connection-port"},
                new String[] {"{name: h, labels: [a], host-key-checking: maybe}", "host-key-checking"},
                new String[] {"{name: h, labels: [a], cloud: c}", "unknown key"},
                new String[] {
                    "{name: h, labels: [a]}, {name: h, labels: [b]}", "host zuul@h:22 already defined at line 7"
                });
    }

    @ParameterizedTest
    @MethodSource("wrong")
    @Behaviour("S01")
    void refusesWhatCanNotBeMeant(String nodes, String expected) {
        assertThat(Load.errors(nodes(nodes))).isNotEmpty().anyMatch(error -> error.contains(expected));
    }

    @Test
    @Behaviour("S02")
    void isTheSameWhenLoadedAgainAndAnotherWithAnotherHost() {
        var one = nodes("{name: h, labels: [a], username: ci, host-key: [x y], shell-type: sh, max-parallel-jobs: 2}");
        assertThat(Load.config(one)).isEqualTo(Load.config(one));
        assertThat(Load.config(one).providers())
                .isNotEqualTo(Load.config(one.replace("shell-type: sh", "shell-type: cmd"))
                        .providers());
    }

    @Test
    void hostThatIsListedTwiceCountsOnceInADaemon() {
        var loaded = Load.loader().loadText("nodepool.yaml", nodes("{name: h, labels: [a]}, {name: h, labels: [b]}"));
        var hosts = ((StaticSettings) loaded.config().providers().get(0).settings()).hosts();
        assertThat(hosts)
                .singleElement()
                .satisfies(host -> assertThat(host.labels()).containsExactly("a"));
        assertThat(loaded.warnings()).hasSize(1);
    }
}
