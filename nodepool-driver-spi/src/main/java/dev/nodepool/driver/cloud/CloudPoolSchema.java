package dev.nodepool.driver.cloud;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.config.ConfigSection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the pools of a provider whose images are known. */
record CloudPoolSchema(ConfigSection provider, List<CloudDiskImage> diskImages, List<CloudImage> cloudImages) {

    private static final Map<String, String> LIMITS = Map.of(
            "max-cores", Amounts.CORES,
            "max-ram", Amounts.RAM,
            "max-volumes", Amounts.VOLUMES,
            "max-volume-gb", Amounts.VOLUME_GB);

    CloudPool pool(ConfigSection section) {
        var networks = section.texts("networks");
        var hostKeyChecking = section.bool("host-key-checking").orElse(true);
        return new CloudPool(
                section.requiredText("name"),
                limits(section),
                section.bool("ignore-provider-quota").orElse(false),
                section.texts("availability-zones"),
                networks,
                section.texts("security-groups"),
                section.bool("auto-floating-ip").orElse(true),
                hostKeyChecking,
                section.named("labels", label -> label(label, networks, hostKeyChecking)));
    }

    private static Amounts limits(ConfigSection section) {
        var limits = new LinkedHashMap<String, Long>();
        LIMITS.forEach((key, name) -> section.integer(key).ifPresent(amount -> limits.put(name, amount.longValue())));
        return new Amounts(limits);
    }

    private CloudLabel label(ConfigSection section, List<String> networks, boolean hostKeyChecking) {
        var diskImage = section.text("diskimage");
        var cloudImage = section.text("cloud-image");
        var minRam = section.integer("min-ram", 0, Integer.MAX_VALUE);
        var flavorName = section.text("flavor-name");
        checkChoices(section);
        return new CloudLabel(
                section.requiredText("name"),
                diskImage,
                cloudImage,
                minRam,
                flavorName,
                section.text("key-name"),
                section.bool("console-log").orElse(false),
                section.bool("boot-from-volume").orElse(false),
                section.integer("volume-size", 1, Integer.MAX_VALUE).orElse(CloudLabel.DEFAULT_VOLUME_SIZE),
                section.textMap("instance-properties"),
                section.textMap("dynamic-instance-properties"),
                section.text("userdata"),
                section.optionalTexts("networks").orElse(networks),
                section.bool("host-key-checking").orElse(hostKeyChecking),
                access(section, diskImage, cloudImage));
    }

    private static void checkChoices(ConfigSection section) {
        if (section.has("diskimage") && section.has("cloud-image")) {
            section.error("diskimage and cloud-image exclude each other");
        } else if (!section.has("diskimage") && !section.has("cloud-image")) {
            section.error("diskimage or cloud-image is required");
        }
        if (!section.has("min-ram") && !section.has("flavor-name")) {
            section.error("min-ram or flavor-name is required");
        }
    }

    private Access access(ConfigSection section, Optional<String> diskImage, Optional<String> cloudImage) {
        if (cloudImage.isEmpty()) {
            return CloudSchema.access(diskImages.stream()
                    .filter(image -> diskImage.filter(image.name()::equals).isPresent())
                    .findFirst());
        }
        var image = cloudImages.stream()
                .filter(candidate -> candidate.name().equals(cloudImage.get()))
                .findFirst();
        if (image.isEmpty()) {
            section.error(
                    "cloud-image",
                    "no cloud-image \"" + cloudImage.get() + "\" in provider \""
                            + provider.text("name").orElse("") + "\"");
        }
        return image.map(CloudImage::access).orElse(Access.SSH);
    }
}
