package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong in provider sections: each case once, with its place. */
class InvalidProviderTest {

    record Case(int row, String what, String yaml, String... expected) {
        @Override
        public String toString() {
            return row + " " + what;
        }
    }

    private static final String TOP = """
            labels: [{name: a}]
            diskimages: [{name: d}, {name: base, abstract: true}]
            providers:
            """;

    /** A file whose provider begins at line 4, column 5. */
    private static Case provider(int row, String what, String provider, String... expected) {
        return new Case(row, what, TOP + provider.indent(4).replaceFirst("    ", "  - "), expected);
    }

    /** A file whose provider has one pool with one label at line 10, column 9. */
    private static Case label(int row, String what, String label, String... expected) {
        var text = """
                name: p
                cloud: c
                cloud-images: [{name: i}]
                pools:
                - name: main
                  labels:
                  - %s
                """.formatted(label);
        return provider(row, what, text, expected);
    }

    static Stream<Case> errorsInEveryMode() {
        return Stream.of(
                provider(
                        17,
                        "abstract image of a provider",
                        "name: p\ncloud: c\ndiskimages: [{name: base}]",
                        "6:25: providers[0].diskimages[0].name: \"base\" is abstract"),
                label(
                        17,
                        "abstract image of a label",
                        "{name: a, diskimage: base, min-ram: 1}",
                        "10:30: providers[0].pools[0].labels[0].diskimage: \"base\" is abstract"),
                provider(18, "no name", "cloud: c", "4:5: providers[0].name: missing"),
                provider(
                        19,
                        "unknown driver",
                        "name: p\ndriver: nope",
                        "5:13: providers[0].driver: unknown driver \"nope\" (known: fake, openstack, static)"),
                provider(
                        19,
                        "driver that is not shipped",
                        "name: p\ndriver: aws\nregion: r",
                        "5:13: providers[0].driver: no driver \"aws\" here, give the directory of its jar with "
                                + "--driver-path (known: fake, openstack, static)"),
                provider(20, "no cloud", "name: p", "4:5: providers[0].cloud: missing"),
                provider(
                        22,
                        "rate that is no number",
                        "name: p\ncloud: c\nrate: fast",
                        "6:11: providers[0].rate: expected a number, got \"fast\""),
                label(
                        23,
                        "no flavor",
                        "{name: a, diskimage: d}",
                        "10:9: providers[0].pools[0].labels[0]: min-ram or flavor-name is required"),
                label(
                        24,
                        "no image",
                        "{name: a, min-ram: 1}",
                        "10:9: providers[0].pools[0].labels[0]: diskimage or cloud-image is required"),
                label(
                        25,
                        "two images",
                        "{name: a, min-ram: 1, diskimage: d, cloud-image: i}",
                        "10:9: providers[0].pools[0].labels[0]: diskimage and cloud-image exclude each other"),
                provider(
                        26,
                        "cloud image by id and name",
                        "name: p\ncloud: c\ncloud-images: [{name: i, image-id: x, image-name: y}]",
                        "6:20: providers[0].cloud-images[0]: image-id and image-name exclude each other"),
                label(
                        27,
                        "label that is not top-level",
                        "{name: b, diskimage: d, min-ram: 1}",
                        "10:16: providers[0].pools[0].labels[0].name: no top-level label \"b\""),
                provider(
                        27,
                        "static label that is not top-level",
                        "name: p\ndriver: static\npools: [{name: q, nodes: [{name: h, labels: [b]}]}]",
                        "6:50: providers[0].pools[0].nodes[0].labels[0]: no top-level label \"b\""),
                provider(
                        28,
                        "unknown image of a provider",
                        "name: p\ncloud: c\ndiskimages: [{name: e}]",
                        "6:25: providers[0].diskimages[0].name: no diskimage \"e\""),
                label(
                        28,
                        "unknown image of a label",
                        "{name: a, diskimage: e, min-ram: 1}",
                        "10:30: providers[0].pools[0].labels[0].diskimage: no diskimage \"e\""),
                label(
                        29,
                        "unknown cloud image",
                        "{name: a, cloud-image: zz, min-ram: 1}",
                        "10:32: providers[0].pools[0].labels[0].cloud-image: no cloud-image \"zz\" in provider \"p\""),
                provider(
                        30,
                        "pool without name",
                        "name: p\ncloud: c\npools: [{max-servers: 1}]",
                        "6:13: providers[0].pools[0].name: missing"),
                provider(
                        31,
                        "static node without labels",
                        "name: p\ndriver: static\npools: [{name: q, nodes: [{name: h}]}]",
                        "6:31: providers[0].pools[0].nodes[0].labels: missing"),
                provider(
                        36,
                        "metastatic, which is not shipped",
                        "name: p\ndriver: metastatic\n"
                                + "pools: [{name: q, labels: [{name: a, backing-label: a, max-age: 1}]}]",
                        "5:13: providers[0].driver: no driver \"metastatic\" here, give the directory of its jar with "
                                + "--driver-path (known: fake, openstack, static)"));
    }

    @ParameterizedTest(name = "row {0}")
    @MethodSource
    void errorsInEveryMode(Case wrong) {
        assertThat(Load.errors(wrong.yaml, Strictness.STRICT)).containsExactly(wrong.expected);
        assertThat(Load.errors(wrong.yaml, Strictness.LENIENT)).containsExactly(wrong.expected);
    }

    static Stream<Case> errorsInACheckButWarningsInADaemon() {
        return Stream.of(
                provider(
                        14,
                        "pool twice",
                        "name: p\ncloud: c\npools: [{name: q}, {name: q}]",
                        "6:31: providers[0].pools[1].name: \"q\" already defined at line 6"),
                provider(
                        14,
                        "provider twice",
                        "{name: p, cloud: c}\n",
                        "5:12: providers[1].name: \"p\" already defined at line 4"),
                provider(
                        14,
                        "pool label twice",
                        """
                        name: p
                        cloud: c
                        pools:
                        - name: q
                          labels:
                          - {name: a, diskimage: d, min-ram: 1}
                          - {name: a, diskimage: d, min-ram: 2}
                        """,
                        "10:16: providers[0].pools[0].labels[1].name: \"a\" already defined at line 9"),
                provider(
                        21,
                        "unknown provider key",
                        "name: p\ncloud: c\nbogus: 1",
                        "6:5: providers[0].bogus: unknown key"),
                provider(
                        32,
                        "cloud of a static provider",
                        "name: p\ndriver: static\ncloud: c",
                        "6:5: providers[0].cloud: unknown key"));
    }

    @ParameterizedTest(name = "row {0}")
    @MethodSource
    void errorsInACheckButWarningsInADaemon(Case wrong) {
        var yaml = wrong.what.equals("provider twice") ? wrong.yaml + "  - {name: p, cloud: c}\n" : wrong.yaml;
        assertThat(Load.errors(yaml, Strictness.STRICT)).containsExactly(wrong.expected);
        assertThat(Load.warnings(yaml)).containsExactly(wrong.expected);
    }

    static Stream<Case> accepted() {
        return Stream.of(provider(33, "hostname-format", "name: p\ncloud: c\nhostname-format: np{node.id}"));
    }

    @ParameterizedTest(name = "row {0}")
    @MethodSource
    void accepted(Case fine) {
        assertThat(Load.errors(fine.yaml)).isEmpty();
        assertThat(Load.warnings(fine.yaml)).isEmpty();
    }
}
