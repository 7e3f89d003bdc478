package dev.nodepool.runner.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Holds the place of the builder daemon and says so. */
@Command(
        name = "nodepool-builder",
        versionProvider = Version.class,
        description = "Will build and upload disk images; this version can not yet.")
final class BuilderCommand implements Callable<Integer> {

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Mixin
    private final DaemonOptions daemon = new DaemonOptions();

    @Override
    public Integer call() throws IOException {
        throw new IOException(
                "this version has no builder yet; run the builder of Python Nodepool on the same ZooKeeper");
    }
}
