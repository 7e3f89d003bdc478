package dev.nodepool.runner.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.status.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up logback for one program. Call once, before anything else logs. */
public final class Logging {

    private Logging() {}

    /**
     * Replaces the log set-up of this process.
     *
     * @throws IOException when the target can not be used; the message is for the operator
     */
    public static void configure(LogTarget target) throws IOException {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        if (target instanceof LogTarget.Configured configured) {
            check(configured.file());
            context.reset();
            read(configured.file(), context);
        } else if (target instanceof LogTarget.ToFile toFile) {
            context.reset();
            attach(file(toFile.file()), Verbosity.NORMAL, context);
        } else if (target instanceof LogTarget.Stdout stdout) {
            context.reset();
            attach(console("System.out"), stdout.verbosity(), context);
        } else if (target instanceof LogTarget.Stderr stderr) {
            context.reset();
            attach(console("System.err"), stderr.verbosity(), context);
        }
    }

    private static void check(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("Unable to read logging config file at " + file);
        }
        if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".xml")) {
            throw new IOException(
                    "%s looks like a logging file for Python. This program reads logback XML: one <appender> for each"
                                    .formatted(file)
                            + " handler, one <logger name=… level=…> for each logger (\"nodepool\" becomes \"dev.nodepool\");"
                            + " see https://logback.qos.ch/manual/configuration.html");
        }
    }

    private static void read(Path file, LoggerContext context) throws IOException {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        // The context keeps what was wrong with files read before, which says nothing about this one.
        context.getStatusManager().clear();
        try {
            configurator.doConfigure(file.toFile());
        } catch (JoranException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
        String errors = context.getStatusManager().getCopyOfStatusList().stream()
                .filter(status -> status.getEffectiveLevel() >= Status.ERROR)
                .map(Status::getMessage)
                .collect(Collectors.joining("; "));
        if (!errors.isEmpty()) {
            throw new IOException(file + ": " + errors);
        }
    }

    private static OutputStreamAppender<ILoggingEvent> console(String stream) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget(stream);
        return appender;
    }

    private static OutputStreamAppender<ILoggingEvent> file(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null
                || !Files.isDirectory(directory)
                || !Files.isWritable(Files.exists(file) ? file : directory)) {
            throw new IOException(
                    "can not write the log file %s; make its directory, name another log with -l or use -f"
                            .formatted(file));
        }
        FileAppender<ILoggingEvent> appender = new ReopeningFileAppender();
        appender.setFile(file.toString());
        return appender;
    }

    private static void attach(
            OutputStreamAppender<ILoggingEvent> appender, Verbosity verbosity, LoggerContext context) {
        LineLayout layout = new LineLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(verbosity.libraries());
        context.getLogger("dev.nodepool").setLevel(verbosity.own());
        if (verbosity != Verbosity.DEBUG) {
            // Without a server it writes a stack trace every second; the library says the same in a line every 10 s.
            context.getLogger("org.apache.zookeeper.ClientCnxn").setLevel(Level.ERROR);
            // MINA warns of each server that does not speak SSH; the failed scan says the same.
            context.getLogger("dev.nodepool.internal.keyscan.KeySession").setLevel(Level.ERROR);
        }
    }
}
