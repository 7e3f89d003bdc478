package dev.nodepool.driver.cloud;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.config.ConfigSection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads a provider section of a cloud.
 *
 * <p>Checked here is what one provider can know: types, ranges, what excludes or needs what, references to its cloud
 * images. That labels and disk images exist at the top level is the core's to check.
 */
public final class CloudSchema {

    private CloudSchema() {}

    /** Reads the section; problems go to it and the answer then only has the right type. */
    public static CloudSettings parse(ConfigSection section) {
        if (section.has("nodepool-id")) {
            section.warning("nodepool-id", "has no effect, leave it out");
        }
        retire(section);
        var diskImages = section.named("diskimages", CloudSchema::diskImage);
        var cloudImages = section.named("cloud-images", CloudSchema::cloudImage);
        var pools = new CloudPoolSchema(section, diskImages, cloudImages);
        return new CloudSettings(
                section.text("cloud"),
                section.text("region-name"),
                section.number("rate", 0).orElse(1.0),
                section.seconds("boot-timeout", 0).orElse(Duration.ofSeconds(60)),
                section.seconds("launch-timeout", 0).orElse(Duration.ofHours(1)),
                section.integer("launch-retries", 1, Integer.MAX_VALUE).orElse(3),
                section.seconds("image-upload-timeout", 1).orElse(Duration.ofHours(1)),
                section.text("hostname-format").orElse(CloudSettings.DEFAULT_HOSTNAME_FORMAT),
                section.text("image-name-format").orElse(CloudSettings.DEFAULT_IMAGE_NAME_FORMAT),
                section.text("post-upload-hook"),
                section.bool("clean-floating-ips").orElse(false),
                section.seconds("port-cleanup-interval", 0).orElse(Duration.ofSeconds(600)),
                CloudSettings.DEFAULT_IMAGE_FORMAT,
                diskImages,
                cloudImages,
                section.named("pools", pools::pool));
    }

    private static CloudDiskImage diskImage(ConfigSection section) {
        var type = section.text("connection-type").orElse("ssh");
        return new CloudDiskImage(
                section.requiredText("name"),
                section.bool("pause").orElse(false),
                section.bool("config-drive"),
                section.textMap("meta"),
                type,
                section.port("connection-port").orElse(Access.defaultPort(type)));
    }

    private static CloudImage cloudImage(ConfigSection section) {
        var id = section.text("image-id");
        var name = section.text("image-name");
        if (id.isPresent() && name.isPresent()) {
            section.error("image-id and image-name exclude each other");
        }
        return new CloudImage(
                section.requiredText("name"), id, name, section.bool("config-drive"), cloudImageAccess(section));
    }

    private static Access cloudImageAccess(ConfigSection section) {
        var type = section.text("connection-type").orElse("ssh");
        return new Access(
                type,
                section.port("connection-port").orElse(Access.defaultPort(type)),
                section.text("username").orElse(null),
                section.text("python-path").orElse("auto"),
                section.text("shell-type").orElse(null));
    }

    /** Keys of the time before pools; files that old are still found. */
    private static void retire(ConfigSection section) {
        var pool = "move it into a pool";
        List.of("max-servers", "max-cores", "max-ram", "networks", "availability-zones", "labels", "auto-floating-ip")
                .forEach(key -> section.retired(key, pool));
        section.retired("images", "use \"diskimages\" or \"cloud-images\"");
        section.retired("template-hostname", "use \"image-name-format\"");
        section.retired("image-type", "the cloud's own configuration names the format");
        section.retired("ipv6-preferred", "the cloud's own configuration decides");
        section.retired("api-timeout", "use \"launch-timeout\"");
    }

    /** How machines of a disk image are reached, as far as the provider says. */
    static Access access(Optional<CloudDiskImage> image) {
        return new Access(
                image.map(CloudDiskImage::connectionType).orElse("ssh"),
                image.map(CloudDiskImage::connectionPort).orElse(Access.defaultPort("ssh")),
                null,
                null,
                null);
    }
}
