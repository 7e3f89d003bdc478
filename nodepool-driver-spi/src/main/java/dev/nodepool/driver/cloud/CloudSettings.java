package dev.nodepool.driver.cloud;

import dev.nodepool.driver.ProviderImage;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.UploadSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A provider section of a cloud.
 *
 * @param cloud name of the cloud in the cloud client's own configuration
 * @param regionName region of the cloud
 * @param rate seconds between two calls, 0 for no limit
 * @param bootTimeout longest time for the host-key scan of a machine that is up
 * @param launchTimeout longest time from the create call to a usable machine, per attempt
 * @param launchRetries attempts per node, at least 1
 * @param imageUploadTimeout longest time of one upload
 * @param hostnameFormat server names; fields {@code label.name}, {@code provider.name}, {@code node.id} in braces
 * @param imageNameFormat names of uploads; fields {@code image_name}, {@code timestamp}, {@code upload_id} in braces
 * @param postUploadHook program to run after an upload with provider, external image id and local file
 * @param cleanFloatingIps whether unattached floating IPs are deleted
 * @param portCleanupInterval least time a port must be seen down before it is deleted, zero to leave ports alone
 * @param imageFormat file format the cloud wants its images in
 * @param diskImages disk images that are uploaded to this provider
 * @param cloudImages images the cloud has by itself
 */
public record CloudSettings(
        Optional<String> cloud,
        Optional<String> regionName,
        double rate,
        Duration bootTimeout,
        Duration launchTimeout,
        int launchRetries,
        Duration imageUploadTimeout,
        String hostnameFormat,
        String imageNameFormat,
        Optional<String> postUploadHook,
        boolean cleanFloatingIps,
        Duration portCleanupInterval,
        String imageFormat,
        List<CloudDiskImage> diskImages,
        List<CloudImage> cloudImages,
        List<CloudPool> pools)
        implements ProviderSettings {

    public static final String DEFAULT_IMAGE_FORMAT = "qcow2";
    public static final String DEFAULT_HOSTNAME_FORMAT = "{label.name}-{provider.name}-{node.id}";
    public static final String DEFAULT_IMAGE_NAME_FORMAT = UploadSettings.DEFAULTS.nameFormat();

    public CloudSettings {
        diskImages = List.copyOf(diskImages);
        cloudImages = List.copyOf(cloudImages);
        pools = List.copyOf(pools);
    }

    @Override
    public List<ProviderImage> images() {
        return diskImages.stream()
                .map(image -> new ProviderImage(image.name(), imageFormat, image.pause(), image.meta()))
                .toList();
    }

    @Override
    public UploadSettings uploads() {
        return new UploadSettings(imageNameFormat, imageUploadTimeout, postUploadHook);
    }

    public Optional<CloudPool> pool(String name) {
        return pools.stream().filter(pool -> pool.name().equals(name)).findFirst();
    }

    /** The label of a pool. */
    public Optional<CloudLabel> label(String pool, String label) {
        return pool(pool).flatMap(p -> p.label(label));
    }

    public Optional<CloudDiskImage> diskImage(String name) {
        return diskImages.stream().filter(image -> image.name().equals(name)).findFirst();
    }

    public Optional<CloudImage> cloudImage(String name) {
        return cloudImages.stream().filter(image -> image.name().equals(name)).findFirst();
    }

    /** The same for a cloud that wants its images in another format. */
    public CloudSettings withImageFormat(String format) {
        return new CloudSettings(
                cloud,
                regionName,
                rate,
                bootTimeout,
                launchTimeout,
                launchRetries,
                imageUploadTimeout,
                hostnameFormat,
                imageNameFormat,
                postUploadHook,
                cleanFloatingIps,
                portCleanupInterval,
                format,
                diskImages,
                cloudImages,
                pools);
    }
}
