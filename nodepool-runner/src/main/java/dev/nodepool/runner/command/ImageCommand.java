package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.DiskImageConfig;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Orders something of a disk image as a whole that can be taken back; says nothing when it is done. */
@Command
final class ImageCommand extends AdminCommand {

    private interface Order {

        void give(Admin admin, NodepoolConfig config, String image) throws IOException;
    }

    private final Order order;

    @Parameters(paramLabel = "image", description = "Name of the disk image.")
    private String image = "";

    private ImageCommand(NodepoolCommand nodepool, Library library, Order order) {
        super(nodepool, library);
        this.order = order;
    }

    /** Adds these subcommands. */
    static void addTo(CommandLine program, NodepoolCommand nodepool, Library library) {
        add(
                program,
                "image-build",
                "Ask for a build of a disk image.",
                new ImageCommand(nodepool, library, ImageCommand::build));
        add(
                program,
                "image-pause",
                "Stop builds and uploads of a disk image.",
                new ImageCommand(nodepool, library, ImageCommand::pause));
        add(
                program,
                "image-unpause",
                "Let a disk image be built and uploaded again.",
                new ImageCommand(
                        nodepool,
                        library,
                        (admin, config, image) -> admin.images().unpause(image)));
    }

    private static void add(CommandLine program, String name, String description, ImageCommand command) {
        CommandLine line = new CommandLine(command);
        line.getCommandSpec().usageMessage().description(description);
        program.addSubcommand(name, line);
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) throws IOException {
        order.give(admin, config, image);
    }

    private static void build(Admin admin, NodepoolConfig config, String image) throws IOException {
        DiskImageConfig known = config.diskImages().get(image);
        if (known == null || known.isAbstract()) {
            throw new IOException("Trying to build a non disk-image-builder image: " + image);
        }
        if (known.pause()) {
            throw new IOException("Skipping build request for image " + image + "; paused");
        }
        admin.images().requestBuild(image);
    }

    private static void pause(Admin admin, NodepoolConfig config, String image) throws IOException {
        boolean known = config.diskImages().containsKey(image)
                || admin.images().all().stream().anyMatch(view -> view.name().equals(image));
        if (!known) {
            throw new IOException("no image " + image + " is configured or in ZooKeeper");
        }
        admin.images().pause(image);
    }
}
