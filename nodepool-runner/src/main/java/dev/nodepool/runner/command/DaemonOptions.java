package dev.nodepool.runner.command;

import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.DriverPath;
import dev.nodepool.runner.logging.LogFormat;
import dev.nodepool.runner.logging.LogTarget;
import dev.nodepool.runner.logging.Verbosity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What launcher and builder have in common.
 *
 * <p>A Java VM can not put itself into the background: the start script does. Without {@code -d} and {@code -f} this
 * process behaves like a daemon all the same, with pid file and log file, in whatever terminal it runs.
 */
final class DaemonOptions {

    /** bin/nodepool-launcher knows this line. */
    static final String STARTED = "nodepool: started";

    @Option(names = "-c", paramLabel = "CONFIG", description = "Main configuration file (${DEFAULT-VALUE}).")
    private Path config = Path.of("/etc/nodepool/nodepool.yaml");

    @Option(names = "-s", paramLabel = "SECURE", description = "Secure configuration file.")
    private @Nullable Path secure;

    @Option(names = "-l", paramLabel = "LOGCONFIG", description = "Logback configuration file (XML); wins over -d.")
    private @Nullable Path logConfig;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            description = "text, or json for one object in each line; not with -l (text).")
    private LogFormat logFormat = LogFormat.TEXT;

    @Option(names = "-p", paramLabel = "PIDFILE", description = "Pid file; not used with -d or -f.")
    private @Nullable Path pidFile;

    @Option(names = "-d", description = "Stay in the foreground, with debug log.")
    private boolean debug;

    @Option(names = "-f", description = "Stay in the foreground.")
    private boolean foreground;

    @Option(
            names = "--driver-path",
            paramLabel = "DIR",
            description = "Directory with jar files of further drivers; may be given several times.")
    private List<Path> driverPath = List.of();

    @Option(names = "--repl", hidden = true)
    private boolean repl;

    @Option(names = "--detached", hidden = true)
    private boolean detached;

    ConfigFiles files() throws IOException {
        return new ConfigFiles(config, Optional.ofNullable(secure), DriverPath.drivers(driverPath));
    }

    LogTarget logTarget(Path defaultFile) {
        if (logConfig != null) {
            return new LogTarget.Configured(logConfig);
        }
        if (inForeground()) {
            return new LogTarget.Stdout(debug ? Verbosity.DEBUG : Verbosity.NORMAL, logFormat);
        }
        return new LogTarget.ToFile(defaultFile, logFormat);
    }

    /** The pid file to write; empty in the foreground. */
    Optional<Path> pidFile(Path defaultFile) {
        return inForeground() ? Optional.empty() : Optional.of(pidFile == null ? defaultFile : pidFile);
    }

    void refuseRepl() throws IOException {
        if (repl) {
            throw new IOException("--repl is not supported: there is no Python in this program");
        }
    }

    /** Lets the start script go, which shows what comes on the standard error until it reads this. */
    void tellStartScript() {
        if (detached) {
            System.err.println(STARTED);
        }
    }

    private boolean inForeground() {
        return debug || foreground;
    }
}
