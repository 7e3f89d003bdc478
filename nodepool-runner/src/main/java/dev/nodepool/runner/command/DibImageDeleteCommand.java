package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.admin.Images.Answer;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a build deleted; says nothing when it is ordered. */
@Command(name = "dib-image-delete", description = "Delete a build of a disk image with its uploads and files.")
final class DibImageDeleteCommand extends DestructiveCommand {

    @Parameters(paramLabel = "id", description = "IMAGE-BUILD as dib-image-list shows it.")
    private String id = "";

    @Option(
            names = "--force",
            description = "The builder that made it is gone for good: do not wait for it, leave files where they are.")
    private boolean force;

    DibImageDeleteCommand(NodepoolCommand nodepool, Library library, Questions questions) {
        super(nodepool, library, questions);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) throws IOException {
        int dash = id.lastIndexOf('-');
        if (dash < 0) {
            throw new IOException(id + " is not of the form IMAGE-BUILD");
        }
        if (agreed("Delete build %s with all its uploads?".formatted(id))) {
            switch (delete(admin, id.substring(0, dash), id.substring(dash + 1))) {
                case NOT_FOUND -> out().println("Build " + id + " not found");
                case BUSY -> out().println("Cannot delete a build in progress");
                case DONE -> {}
            }
        }
    }

    private Answer delete(Admin admin, String image, String build) {
        return force
                ? admin.images().forceDeleteBuild(image, build)
                : admin.images().deleteBuild(image, build);
    }
}
