package dev.nodepool.drivers.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Instance;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SharedStateIT {

    @TempDir
    Path directory;

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (var child : children) {
            child.destroyForcibly();
            child.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void keepsTheQuotaBetweenProcesses() throws Exception {
        var first = start("fill", 300);
        var second = start("fill", 300);

        var made = lines(first).lines().count() + lines(second).lines().count();

        assertThat(made).isEqualTo(300);
        var all = CloudProcess.open(directory.resolve("cloud"), 300).list().get(10, TimeUnit.SECONDS);
        assertThat(all.items()).extracting(Instance::id).hasSize(300).doesNotHaveDuplicates();
    }

    @Test
    void survivesAProcessThatIsKilledAnywhere() throws Exception {
        for (int i = 0; i < 4; i++) {
            var child = start("churn", 50);
            var out = lines(child);
            for (int line = 0; line < 100 + 37 * i; line++) {
                assertThat(out.readLine()).isNotNull();
            }
            child.destroyForcibly();
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }

        var cloud = CloudProcess.open(directory.resolve("cloud"), 50);

        // At most one instance per killed process was made and not yet deleted; its boot still ends.
        assertThat(cloud.list().get(10, TimeUnit.SECONDS).items()).hasSizeLessThanOrEqualTo(4);
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(cloud.list().get(10, TimeUnit.SECONDS).items())
                                .allMatch(Instance::usable));
        cloud.create(Fakes.spec("after"), id -> {}).get(10, TimeUnit.SECONDS);
    }

    private Process start(String what, int instances) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        CloudProcess.class.getName(),
                        what,
                        directory.resolve("cloud").toString(),
                        Integer.toString(instances))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        children.add(process);
        return process;
    }

    private static BufferedReader lines(Process process) {
        return process.inputReader();
    }
}
