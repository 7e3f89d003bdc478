package dev.nodepool.runner.logging;

import java.nio.file.Path;

/** Where the log of a program goes. */
public sealed interface LogTarget {

    /** Lines on the standard output: a daemon in the foreground. */
    record Stdout(Verbosity verbosity, LogFormat format) implements LogTarget {

        /** In plain lines. */
        public Stdout(Verbosity verbosity) {
            this(verbosity, LogFormat.TEXT);
        }
    }

    /** Lines on the standard error, so that the output stays clean: the command line. */
    record Stderr(Verbosity verbosity) implements LogTarget {}

    /** Lines in a file: a daemon in the background. */
    record ToFile(Path file, LogFormat format) implements LogTarget {

        /** In plain lines. */
        public ToFile(Path file) {
            this(file, LogFormat.TEXT);
        }
    }

    /** As a logback configuration file says. */
    record Configured(Path file) implements LogTarget {}
}
