package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.Behaviour;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which edits replace a provider: those after which it would do something else. */
class ReplacementTest extends ReloadBase {

    private String base() {
        return edit(file(north(), south()), "labels: [{name: a}, {name: b}, {name: c}]", """
                webapp: {port: 8005}
                max-hold-age: 3600
                labels: [{name: a, min-ready: 0}, {name: b}, {name: c}]
                diskimages: [{name: d, rebuild-age: 86400, env-vars: {X: "1"}}, {name: unused}]""");
    }

    private String withImage(String text) {
        return edit(
                edit(text, "{name: a, cloud-image: image", "{name: a, diskimage: d"),
                "name: fake-north\n",
                "name: fake-north\n    diskimages: [{name: d}]\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: fake-north;      | name: fake-north;    image-name-format: x;
            name: fake-north;      | name: fake-north;    launch-retries: 5;
            name: fake-north;      | name: fake-north;    max-concurrency: 2;
            name: fake-north;      | name: fake-north;    hostname-format: x;
            diskimages: [{name: d} | diskimages: [{name: d, pause: true}
            state: DIR/fake-north} | state: DIR/fake-north, instances: 7}
            diskimage: d, min-ram: 8192 | diskimage: d, min-ram: 2048
            """)
    @Behaviour("R01")
    void aChangedSettingReplacesItsProviderOnly(String from, String to) {
        var running = scenario.launcher(withImage(base()));
        running.apply(replaced(from, to));
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(2);
        assertThat(scenario.cloud.closed("fake-north")).isEqualTo(1);
        assertThat(scenario.cloud.opened("fake-south")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: fake-north;    | name: fake-north;    driver: fake;
            name: fake-north;    | name: fake-north;    launch-retries: 3;
            name: fake-north;    | name: fake-north; # only said;
            rebuild-age: 86400   | rebuild-age: 60
            {X: "1"}             | {X: "2"}
            name: d, rebuild     | name: d, pause: true, formats: [raw], elements: [x], rebuild
            name: d, rebuild     | name: d, dib-cmd: other, rebuild
            {name: unused}       | {name: unused, elements: [x]}, {name: new}
            min-ready: 0         | min-ready: 1, max-ready-age: 60
            {name: c}]           | {name: c}, {name: e}]
            max-hold-age: 3600   | max-hold-age: 60
            port: 8005           | port: 8006
            """)
    @Behaviour({"R02", "R03", "R05", "R06", "R07"})
    void whatLeavesAProviderAsItIsKeepsIt(String from, String to) {
        var running = scenario.launcher(withImage(base()));
        running.apply(replaced(from, to));
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(1);
        assertThat(scenario.cloud.opened("fake-south")).isEqualTo(1);
    }

    private String replaced(String from, String to) {
        return edit(withImage(base()), lines(from), lines(to));
    }

    private String lines(String cell) {
        return cell.replace(";", "\n").replace("DIR", directory.toString());
    }

    @ParameterizedTest
    @CsvSource({"fake-east, false", "fake-north, true"})
    void anotherProviderOrAnotherPoolAreSeenForThemselves(String name, boolean north) {
        var running = scenario.launcher(file(north(), south()));
        var added = provider(name, "c");
        running.apply(north ? file(added, south()) : file(north(), added, south()));
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(north ? 2 : 1);
        assertThat(scenario.cloud.opened("fake-south")).isEqualTo(1);
    }

    @Test
    @Behaviour("R04")
    void aFormatThatAnotherProviderWantsConcernsOnlyThatOne() {
        var running = scenario.launcher(withImage(base()));
        running.apply(edit(
                withImage(base()),
                "name: fake-south\n",
                "name: fake-south\n    diskimages: [{name: d}]\n    image-type: raw\n"));
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(1);
        assertThat(scenario.cloud.opened("fake-south")).isEqualTo(2);
    }

    @Test
    void theOrderOfProvidersDoesNotMatter() {
        var running = scenario.launcher(file(north(), south()));
        running.apply(file(south(), north()));
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(1);
        assertThat(scenario.cloud.closed("fake-north")).isZero();
    }
}
