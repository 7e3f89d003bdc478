package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.runner.logging.LogFormat;
import dev.nodepool.runner.logging.LogTarget;
import dev.nodepool.runner.logging.Verbosity;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class DaemonOptionsTest {

    private static final Path LOG = Path.of("daemon.log");
    private static final Path PID = Path.of("daemon.pid");

    @Test
    void backgroundLogsToTheFileAndWritesThePidFile() {
        DaemonOptions options = parse();
        assertThat(options.logTarget(LOG)).isEqualTo(new LogTarget.ToFile(LOG));
        assertThat(options.pidFile(PID)).contains(PID);
    }

    @Test
    void foregroundLogsToStandardOutputWithoutPidFile() {
        DaemonOptions options = parse("-f", "-p", "other.pid");
        assertThat(options.logTarget(LOG)).isEqualTo(new LogTarget.Stdout(Verbosity.NORMAL));
        assertThat(options.pidFile(PID)).isEmpty();
    }

    @Test
    void debugIsForegroundWithMoreWords() {
        DaemonOptions options = parse("-d");
        assertThat(options.logTarget(LOG)).isEqualTo(new LogTarget.Stdout(Verbosity.DEBUG));
        assertThat(options.pidFile(PID)).isEmpty();
    }

    @Test
    void logConfigurationWinsOverDebug() {
        assertThat(parse("-d", "-l", "log.xml").logTarget(LOG)).isEqualTo(new LogTarget.Configured(Path.of("log.xml")));
    }

    @Test
    void readsTheUsualPlaceUnlessToldOtherwise() throws Exception {
        assertThat(parse().files().main()).isEqualTo(Path.of("/etc/nodepool/nodepool.yaml"));
        assertThat(parse("-c", "a.yaml", "-s", "b.conf").files().secure()).contains(Path.of("b.conf"));
    }

    @Test
    void flagsMayBeJoined() {
        assertThat(parse("-df").logTarget(LOG)).isEqualTo(new LogTarget.Stdout(Verbosity.DEBUG));
    }

    @Test
    void logsAsJsonWhenAsked() {
        assertThat(parse("-f", "--log-format", "JSON").logTarget(LOG))
                .isEqualTo(new LogTarget.Stdout(Verbosity.NORMAL, LogFormat.JSON));
        assertThat(parse("--log-format", "JSON").logTarget(LOG)).isEqualTo(new LogTarget.ToFile(LOG, LogFormat.JSON));
    }

    private static DaemonOptions parse(String... args) {
        return CommandLine.populateCommand(new DaemonOptions(), args);
    }
}
