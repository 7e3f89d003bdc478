package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Saves the data of images. */
@Command(
        name = "export-image-data",
        description = "Write all builds, uploads and pauses of images into a file, to be imported elsewhere.")
final class ExportCommand extends AdminCommand {

    @Parameters(paramLabel = "path", description = "File to write; one that is there is replaced.")
    private Path path = Path.of("");

    ExportCommand(NodepoolCommand nodepool, Library library) {
        super(nodepool, library);
    }

    /** Nobody sees half a file, and an old one stays when this fails. */
    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) throws IOException {
        byte[] data = admin.images().export();
        Path target = path.toAbsolutePath();
        Path directory = target.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new IOException("there is no directory " + directory);
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new IOException(path + " is no file");
        }
        Path written = Files.createTempFile(
                directory,
                target.getFileName().toString(),
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(written, data);
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
