package dev.nodepool.runner.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.runner.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The conformance kit on the OpenStack driver and a real cloud. */
class DriverCheckLabIT extends LabBase {

    /** Some thirty machines, most of them one after the other. */
    private static final Duration LONG = Duration.ofMinutes(20);

    @Test
    void theDriverConforms() throws Exception {
        var config = config(
                "diskimages: [{name: img, elements: [vm]}]\n",
                List.of("lab"),
                provider("diskimages: [{name: img}]", pool("main", "", "lab")));
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Objects.requireNonNull(System.getProperty("nodepool.jar"), "set by the build"),
                "-c",
                config.toString(),
                "driver-check",
                "openstack");
        var environment = Map.of("OS_CLIENT_CONFIG_FILE", lab.clouds().toString());
        try (var check = Program.start(command, environment)) {
            assertThat(check.waitFor(LONG)).as(check::told).isZero();
            assertThat(check.out()).endsWith("the driver conforms\n");
        }
        awaitNothingLeft();
    }
}
