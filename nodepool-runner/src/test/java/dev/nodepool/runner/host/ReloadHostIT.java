package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.runner.Program;
import java.nio.file.Files;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The configuration of a launcher is edited again and again while it serves. */
class ReloadHostIT extends ZuulHostBase {

    private static final int EDITS = 100;

    /** Longer than a content has to stay the same to be believed. */
    private static final Duration BETWEEN_EDITS = Duration.ofMillis(700);

    private final SplittableRandom random = new SplittableRandom(20);

    @Test
    void noRequestIsLostAndAProviderThatNoEditConcernsIsNeverOpenedAgain() throws Exception {
        var file = directory.resolve("nodepool.yaml");
        Files.writeString(file, config("max-servers: 5", "min-ready: 0"));
        try (var launcher = Program.startJar("launcher", "-f", "-c", file.toString());
                var client = client("-n", "1800", "--labels", "north,north,south,north,north", "--limit", "145")) {
            launcher.awaitOut("is registered", START);
            for (var edit = 0; edit < EDITS && !client.endsWithin(BETWEEN_EDITS); edit++) {
                Files.writeString(file, edited());
                launcher.signal("HUP");
            }
            assertThat(client.isAlive()).as(client::output).isTrue();
            Files.writeString(file, config("max-servers: 50", "min-ready: 0"));
            launcher.signal("HUP");
            assertThat(client.waitFor(CLIENT)).as(client::output).isZero();
            awaitNothingLeft();
            var told = launcher.told();
            assertThat(told).contains("can not be used, the last good one stays in force");
            assertThat(lines(told, "replaced: fake-south")).isGreaterThan(20);
            assertThat(lines(told, "fake-north"))
                    .as("changes of the provider that is never edited")
                    .isZero();
        }
    }

    private static long lines(String told, String text) {
        return told.lines()
                .filter(line -> line.contains("A new configuration is in force") && line.contains(text))
                .count();
    }

    private String edited() {
        return switch (random.nextInt(5)) {
            case 0 -> config("max-servers: many", "min-ready: 0");
            case 1 -> config("max-servers: 5", "min-ready: 0").substring(0, 300);
            case 2 -> config("max-servers: 5", "min-ready: " + random.nextInt(3));
            default -> config("max-servers: " + random.nextInt(1, 9), "min-ready: 0");
        };
    }

    private String config(String limit, String minReady) {
        return """
                zookeeper-servers: [{host: 127.0.0.1, port: %d}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                labels: [{name: north}, {name: south, %s}]
                providers:
                """.formatted(zooKeeper.port(), minReady)
                + provider("north", "max-servers: 20")
                + provider("south", limit);
    }

    private String provider(String name, String limit) {
        return """
                  - name: fake-%1$s
                    cloud: fake
                    fake-cloud: {instances: -1, cores: -1, ram: -1, boot-seconds: 1, state: %3$s/%1$s.state}
                    cloud-images: [{name: image, username: zuul}]
                    pools:
                      - name: main
                        %2$s
                        labels: [{name: %1$s, cloud-image: image, min-ram: 8192}]
                """.formatted(name, limit, directory);
    }
}
