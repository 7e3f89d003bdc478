package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.conformance.Check;
import dev.nodepool.runner.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DriverCheckCommandIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration AT_ONCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private String config(String fakeCloud) throws IOException {
        return Files.writeString(directory.resolve("nodepool.yaml"), """
                labels: [{name: small}, {name: disk}]
                diskimages: [{name: img, elements: [vm]}]
                providers:
                  - name: fake-one
                    cloud: fake
                    diskimages: [{name: img}]
                    cloud-images: [{name: img2}]
                    fake-cloud: {%s}
                    pools:
                      - name: main
                        max-servers: 5
                        labels:
                          - {name: disk, diskimage: img, min-ram: 1}
                          - {name: small, cloud-image: img2, min-ram: 1}
                """.formatted(fakeCloud))
                .toString();
    }

    @Test
    void givesAVerdictForEveryCheck() throws Exception {
        try (Program check = Program.startJar("-c", config("boot-seconds: 0.3"), "driver-check", "fake-one")) {
            assertThat(check.waitFor(LIMIT)).as(check::told).isZero();

            assertThat(check.out().lines().count()).isEqualTo(Check.values().length + 1L);
            assertThat(check.out())
                    .contains("\npassed     early-id       ")
                    .contains("\nabsent     probe          ")
                    .endsWith("24 passed, 0 failed, 0 unchecked, 4 absent: the driver conforms\n");
        }
    }

    @Test
    void endsWithOneWhenACheckFails() throws Exception {
        String broken = config("faults: [{operation: create, fault: capacity, every: 1}]");
        try (Program check = Program.startJar(
                "-c",
                broken,
                "driver-check",
                "fake-one",
                "--label",
                "disk",
                "--image",
                "any",
                "--only",
                "create,delete,limits")) {
            assertThat(check.waitFor(LIMIT)).as(check::told).isEqualTo(1);

            assertThat(check.out())
                    .contains("passed     limits ")
                    .contains("FAILED     create         create() failed: NO_CAPACITY: ")
                    .contains("unchecked  delete         no machine to check with: ")
                    .endsWith("1 passed, 1 failed, 1 unchecked, 0 absent: the driver does not conform\n");
        }
    }

    @Test
    void endsAtOnceWhenTheCloudIsNotReached() throws Exception {
        int closed;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = free.getLocalPort();
        }
        Path clouds = Files.writeString(directory.resolve("clouds.yaml"), """
                clouds:
                  north:
                    region_name: R1
                    auth:
                      auth_url: http://127.0.0.1:%d/v3
                      username: someone
                      password: secret
                      project_name: p
                      user_domain_id: default
                      project_domain_id: default
                """.formatted(closed));
        Path config = Files.writeString(directory.resolve("nodepool.yaml"), """
                labels: [{name: small}]
                providers:
                  - name: north
                    driver: openstack
                    cloud: north
                    cloud-images: [{name: img}]
                    pools:
                      - name: main
                        labels: [{name: small, cloud-image: img, min-ram: 1}]
                """);
        try (Program check = Program.startJar(
                Map.of("OS_CLIENT_CONFIG_FILE", clouds.toString()), "-c", config.toString(), "driver-check", "north")) {
            assertThat(check.waitFor(AT_ONCE)).as(check::told).isEqualTo(1);

            assertThat(check.err())
                    .isEqualTo(
                            "nodepool driver-check: error: provider north: the cloud is not reached: UNAVAILABLE: "
                                    + "POST identity tokens at 127.0.0.1:%d failed, ConnectException\n",
                            closed);
            assertThat(check.out()).isEmpty();
        }
    }

    @Test
    void saysWhatThereIsNot() throws Exception {
        String config = config("");
        refuses("no provider north in " + config + " (known: fake-one)", "-c", config, "driver-check", "north");
        refuses("provider fake-one has no label big", "-c", config, "driver-check", "fake-one", "--label", "big");
        refuses("no check speed (known: settings, ", "-c", config, "driver-check", "fake-one", "--only", "speed");
    }

    private static void refuses(String why, String... args) throws Exception {
        try (Program check = Program.startJar(args)) {
            assertThat(check.waitFor(LIMIT)).as(check::told).isEqualTo(1);
            assertThat(check.err()).contains("driver-check: error: " + why);
            assertThat(check.out()).isEmpty();
        }
    }
}
