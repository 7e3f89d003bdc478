package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.runner.Program;
import dev.nodepool.testing.GeneratedPage;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** systemd's own judgement of the units, and the shell's of the completion. */
final class DeployHostIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void systemdFindsNothingWrongInTheUnits() throws Exception {
        assertThat(analyze(List.of("verify", "--man=no"), "nodepool-launcher", "nodepool-builder"))
                .isEmpty();
    }

    @Test
    void systemdRatesTheLauncherAsWellProtected() throws Exception {
        analyze(List.of("security", "--no-pager", "--offline=true", "--threshold=20"), "nodepool-launcher");
    }

    @Test
    void theCompletionIsAScriptThatKnowsCommandsAndOptions() throws Exception {
        String bash = HostProgram.require("/bin/bash", "bash");
        Path script = directory.resolve("completion");
        try (Program completion = Program.startJar("completion")) {
            assertThat(completion.waitFor(LIMIT)).as(completion::told).isZero();
            Files.writeString(script, completion.out());
        }
        String complete =
                "source '%s'; COMP_WORDS=(nodepool %s); COMP_CWORD=1; _complete_nodepool; echo \"${COMPREPLY[*]}\"";
        assertThat(run(List.of(bash, "-c", complete.formatted(script, "dib"))))
                .contains("dib-image-list", "dib-image-delete")
                .doesNotContain("request-list");
        assertThat(run(List.of(bash, "-c", complete.formatted(script, "reh")))).doesNotContain("rehearse");
    }

    /** The units name an installation; here it is this source tree. */
    private String analyze(List<String> options, String... units) throws Exception {
        List<String> command = new ArrayList<>(List.of(HostProgram.require("/usr/bin/systemd-analyze", "systemd")));
        command.addAll(options);
        for (String unit : units) {
            Path example = GeneratedPage.root().resolve("examples/deploy/systemd/" + unit + ".service");
            Path installed = directory.resolve(unit + ".service");
            Files.writeString(
                    installed, Files.readString(example).replace("/opt/nodepool/", GeneratedPage.root() + "/"));
            command.add(installed.toString());
        }
        return run(command);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        try (Program program = Program.start(command, Map.of())) {
            assertThat(program.waitFor(LIMIT)).as(program::told).isZero();
            return program.out() + program.err();
        }
    }
}
