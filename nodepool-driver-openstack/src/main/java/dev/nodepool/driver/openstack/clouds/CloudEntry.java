package dev.nodepool.driver.openstack.clouds;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cloud with everything the files say about it. Immutable; equality covers secrets and contents of certificates.
 *
 * @param name its name in clouds.yaml
 * @param region the region to use, empty to take any endpoint
 * @param visibility which endpoints of the catalog are used: {@code public}, {@code internal}, {@code admin}
 * @param overrides addresses of services that replace the catalog's, by service
 * @param serviceTypes types under which the catalog has services, by service, where they are unusual
 * @param imageFormat file format of images
 * @param imageImport whether images go in by glance's import call instead of a plain upload
 * @param floatingIps whether the cloud gives out floating IPs
 * @param privateCloud whether we are inside, so that private addresses are the ones to use
 * @param forceIpv4 whether IPv6 addresses are not used
 * @param networks networks the file says something about
 */
public record CloudEntry(
        String name,
        Optional<String> region,
        Account account,
        Tls tls,
        String visibility,
        Map<String, String> overrides,
        Map<String, String> serviceTypes,
        String imageFormat,
        boolean imageImport,
        boolean floatingIps,
        boolean privateCloud,
        boolean forceIpv4,
        List<KnownNetwork> networks) {

    public CloudEntry {
        overrides = Map.copyOf(overrides);
        serviceTypes = Map.copyOf(serviceTypes);
        networks = List.copyOf(networks);
    }
}
