package dev.nodepool.runner.command;

import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.logging.Logging;
import dev.nodepool.runner.logging.Verbosity;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** Checks the configuration without using it. Nothing goes to the standard output. */
@Command(name = "config-validate", description = "Check the configuration, show all problems.")
final class ConfigValidateCommand implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(ConfigValidateCommand.class);

    private final NodepoolCommand nodepool;
    private final Library library;

    ConfigValidateCommand(NodepoolCommand nodepool, Library library) {
        this.nodepool = nodepool;
        this.library = library;
    }

    @Override
    public Integer call() throws IOException {
        Logging.configure(nodepool.logTarget(Verbosity.NORMAL));
        ConfigFiles files = nodepool.files();
        log.info("validating {}", files.main());
        library.validate(files).forEach(warning -> System.err.println("warning: " + warning));
        return 0;
    }
}
