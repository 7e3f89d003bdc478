package dev.nodepool.runner.command;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar this runs from. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String release = Version.class.getPackage().getImplementationVersion();
        return new String[] {"Nodepool version: " + Objects.requireNonNullElse(release, "development")};
    }
}
