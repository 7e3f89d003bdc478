package dev.nodepool.drivers.fake;

import dev.nodepool.driver.ProviderImage;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.UploadSettings;
import dev.nodepool.driver.cloud.CloudPool;
import dev.nodepool.driver.cloud.CloudSettings;
import java.time.Duration;
import java.util.List;

/**
 * A provider section of the driver {@code fake}. Immutable.
 *
 * @param cloud the keys that all clouds share; {@code rate} and names of networks and keys have no effect here
 * @param behaviour how the cloud behaves
 */
public record FakeSettings(CloudSettings cloud, FakeCloudSettings behaviour) implements ProviderSettings {

    @Override
    public List<CloudPool> pools() {
        return cloud.pools();
    }

    @Override
    public List<ProviderImage> images() {
        return cloud.images();
    }

    @Override
    public UploadSettings uploads() {
        return cloud.uploads();
    }

    @Override
    public int launchRetries() {
        return cloud.launchRetries();
    }

    @Override
    public Duration launchTimeout() {
        return cloud.launchTimeout();
    }

    @Override
    public Duration bootTimeout() {
        return cloud.bootTimeout();
    }
}
