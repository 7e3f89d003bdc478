package dev.nodepool.drivers.fake;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.Instance.Addresses;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked of the cloud when an instance is created.
 *
 * @param zone empty to leave it to the cloud
 * @param image what to boot from
 * @param addresses what it gets when it is up
 * @param hostKeys whether it tells its host keys itself
 */
record ServerOrder(
        String name,
        Optional<String> zone,
        String image,
        Amounts amounts,
        Map<String, String> metadata,
        Addresses addresses,
        boolean hostKeys) {}
