package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.admin.AdminException;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.view.ImportView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts saved data of images into ZooKeeper. */
@Command(
        name = "import-image-data",
        description = "Write builds, uploads and pauses from a file into ZooKeeper, while no daemon runs.")
final class ImportCommand extends DestructiveCommand {

    @Parameters(paramLabel = "path", description = "File that export-image-data wrote.")
    private Path path = Path.of("");

    ImportCommand(NodepoolCommand nodepool, Library library, Questions questions) {
        super(nodepool, library, questions);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) throws IOException {
        byte[] data = read();
        try {
            ImportView view = admin.images().lookAtImport(data);
            if (agreed(
                    "Import %d records, %d of them in place of others?".formatted(view.records(), view.replaced()))) {
                admin.images().importAll(data);
            }
        } catch (AdminException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    private byte[] read() throws IOException {
        try {
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + path, e);
        }
    }
}
