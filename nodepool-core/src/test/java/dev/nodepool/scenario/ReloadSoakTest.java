package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One edit after the other, good and bad, while requests keep coming. */
class ReloadSoakTest extends ReloadBase {

    private static final int EDITS = 100;

    private final List<String> requests = new ArrayList<>();
    private int served;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noRequestIsLostAndAnUntouchedProviderIsNeverReplaced(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        var disk = directory.resolve("nodepool.yaml");
        Files.writeString(disk, file(north(), south()));
        var running = scenario.launcher(file(north(), south()));
        var watch = running.follow(disk);
        for (var i = 0; i < EDITS; i++) {
            Files.writeString(disk, random.nextInt(4) == 0 ? bad(random) : good(random));
            load(random);
        }
        Files.writeString(disk, file(north(), south()));
        scenario.passUntil(
                () -> {
                    useWhatIsReady();
                    return requests.isEmpty();
                },
                Duration.ofMinutes(10));
        awaitNothingLeft();
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(1);
        assertThat(scenario.cloud.closed("fake-north")).isZero();
        assertThat(scenario.cloud.opened("fake-south")).isGreaterThan(10);
        assertThat(served).isGreaterThan(200);
        assertThat(running.figures.counter("nodepool.config.refused").getCount())
                .isGreaterThan(5);
        assertThat(watch.remark()).isEmpty();
        scenario.passUntil(() -> scenario.cloud.closed("fake-south") == scenario.cloud.opened("fake-south") - 1, LONG);
        assertThat(scenario.cloud.callsAfterClose()).isZero();
        assertThat(scenario.registered()).hasSize(2);
        assertThat(running.launcher.readiness().remarks()).isEmpty();
    }

    private String good(SplittableRandom random) {
        var south = edit(south(), "max-servers: 5", "max-servers: " + random.nextInt(0, 9));
        var more = "      - name: more\n        labels: [" + labels("a") + "]\n";
        var minReady = "{name: a, min-ready: " + random.nextInt(0, 3) + "}";
        return switch (random.nextInt(6)) {
            case 0 -> file(north());
            case 1 -> edit(file(north(), south), "{name: a}", minReady);
            case 2 -> file(south + more, north());
            case 3 -> file(north(), provider("fake-south", "a", "b", "c"));
            case 4 -> "# " + random.nextInt() + "\n" + file(north(), south());
            default -> file(north(), south);
        };
    }

    private String bad(SplittableRandom random) {
        var text = file(north(), south());
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, text.length() - random.nextInt(3, 30));
            case 1 -> edit(text, "max-servers: 5", "max-servers: five");
            case 2 -> edit(text, "name: b,", "name: unknown" + random.nextInt(9) + ",");
            default -> "\t" + text;
        };
    }

    /** Some seconds in which somebody wants something and somebody is done. */
    private void load(SplittableRandom random) {
        for (var step = 0; step < random.nextInt(1, 15); step++) {
            if (requests.size() < 8) {
                requests.add(random.nextBoolean() ? scenario.ask("a") : scenario.ask("a", "a"));
            }
            scenario.pass(Duration.ofSeconds(random.nextInt(1, 3)));
            useWhatIsReady();
        }
    }

    private void useWhatIsReady() {
        for (var request : List.copyOf(requests)) {
            assertThat(scenario.state(request)).isIn("requested", "pending", "fulfilled");
            if (scenario.state(request).equals("fulfilled")) {
                scenario.giveBack(scenario.accept(request));
                requests.remove(request);
                served++;
            }
        }
    }
}
