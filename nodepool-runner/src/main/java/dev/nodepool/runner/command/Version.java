package dev.nodepool.runner.command;

import dev.nodepool.runner.library.ThisProgram;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar this runs from. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"Nodepool version: " + ThisProgram.version()};
    }
}
