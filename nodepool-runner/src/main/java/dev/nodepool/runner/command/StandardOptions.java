package dev.nodepool.runner.command;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every program understands. */
final class StandardOptions {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this text and exit.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version and exit.")
    private boolean version;
}
