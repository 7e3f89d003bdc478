package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has an upload deleted; says nothing when it is ordered. */
@Command(
        name = "image-delete",
        description = "Delete an upload of a disk image; the one before it is used from then on.")
final class ImageDeleteCommand extends DestructiveCommand {

    @Option(names = "--provider", paramLabel = "PROVIDER", required = true, description = "Provider that has it.")
    private String provider = "";

    @Option(names = "--image", paramLabel = "IMAGE", required = true, description = "Name of the disk image.")
    private String image = "";

    @Option(names = "--build-id", paramLabel = "ID", required = true, description = "Id of the build.")
    private String build = "";

    @Option(names = "--upload-id", paramLabel = "ID", required = true, description = "Id of the upload.")
    private String upload = "";

    ImageDeleteCommand(NodepoolCommand nodepool, Library library, Questions questions) {
        super(nodepool, library, questions);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) {
        if (agreed("Delete upload %s of %s-%s from provider %s?".formatted(upload, image, build, provider))) {
            switch (admin.images().deleteUpload(provider, image, build, upload)) {
                case NOT_FOUND -> out().println("Image upload not found");
                case BUSY -> out().println("Cannot delete because image upload in progress");
                case DONE -> {}
            }
        }
    }
}
