package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.listing.Listings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows images in clouds that nobody knows any more. */
@Command(
        name = "alien-image-list",
        description = "List images at providers that Nodepool uploaded once and does not know as ready.")
final class AlienImageListCommand extends AdminCommand {

    @Mixin
    private final ListingOptions listing = new ListingOptions();

    @Parameters(paramLabel = "provider", arity = "0..1", description = "This provider only.")
    private @Nullable String provider;

    AlienImageListCommand(NodepoolCommand nodepool, Library library) {
        super(nodepool, library);
    }

    @Override
    boolean opensProviders() {
        return true;
    }

    @Override
    void run(Admin admin, NodepoolConfig config, ConfigFiles files) {
        listing.print(
                out(),
                Listings.ALIEN_IMAGES,
                admin.images()
                        .aliens(
                                config.providers().stream()
                                        .filter(it ->
                                                provider == null || it.name().equals(provider))
                                        .toList(),
                                files.drivers()));
    }
}
