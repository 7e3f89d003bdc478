package dev.nodepool.driver.openstack.clouds;

import java.util.Optional;

/**
 * What the file says of a network.
 *
 * @param name name or id
 * @param external whether its IPv4 addresses can be reached from outside, empty to ask Neutron
 * @param external6 the same of IPv6
 * @param natSource whether floating IPs come from it
 * @param natDestination whether floating IPs lead to addresses of it, empty to find out
 * @param preferred whether machines get a port on it when no network is named, and are reached by it
 */
public record KnownNetwork(
        String name,
        Optional<Boolean> external,
        Optional<Boolean> external6,
        boolean natSource,
        Optional<Boolean> natDestination,
        boolean preferred) {}
