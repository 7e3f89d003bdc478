package dev.nodepool.driver.openstack;

import dev.nodepool.driver.ProviderImage;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.cloud.CloudPool;
import dev.nodepool.driver.cloud.CloudSettings;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A provider section with the cloud it names, so that a change of the account replaces the provider.
 *
 * @param entry the cloud, empty when the files do not have it yet
 */
record OpenStackSettings(CloudSettings cloud, Optional<CloudEntry> entry) implements ProviderSettings {

    @Override
    public List<CloudPool> pools() {
        return cloud.pools();
    }

    @Override
    public List<ProviderImage> images() {
        return cloud.images();
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
