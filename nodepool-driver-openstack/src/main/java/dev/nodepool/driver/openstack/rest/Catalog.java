package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import dev.nodepool.driver.openstack.rest.Token.Endpoint;
import java.util.List;
import java.util.Optional;

/**
 * Where the services are: what the account file says, else what the token's catalog says. Catalogs differ in what they
 * call a service and in how much of the path they state.
 */
record Catalog(CloudEntry cloud) {

    /** @throws DriverException when the cloud has no such service in the region */
    String address(Service service, Token token) throws DriverException {
        if (service == Service.IDENTITY) {
            return cloud.account().url();
        }
        var address = stated(service, token)
                .orElseThrow(() -> new DriverException(
                        Fault.INVALID_CONFIGURATION,
                        "cloud " + cloud.name() + " has no " + cloud.visibility() + " endpoint of type "
                                + String.join(" or ", types(service))
                                + cloud.region().map(r -> " in region " + r).orElse("")));
        return versioned(service, address.replaceAll("/+$", ""), token.project());
    }

    Optional<String> stated(Service service, Token token) {
        return Optional.ofNullable(cloud.overrides().get(service.key())).or(() -> listed(service, token));
    }

    private List<String> types(Service service) {
        var type = cloud.serviceTypes().get(service.key());
        return type == null ? service.types() : List.of(type);
    }

    private Optional<String> listed(Service service, Token token) {
        return types(service).stream()
                .flatMap(type -> token.catalog().stream().filter(e -> e.type().equals(type)))
                .filter(e -> e.visibility().equalsIgnoreCase(cloud.visibility()))
                .filter(e -> cloud.region().isEmpty() || cloud.region().get().equals(e.region()))
                .map(Endpoint::url)
                .findFirst();
    }

    private static String versioned(Service service, String address, String project) {
        var version = switch (service) {
            case NETWORK -> "/v2.0";
            case IMAGE -> "/v2";
            case COMPUTE -> "/v2.1";
            case VOLUME -> "/v3/" + project;
            case IDENTITY -> "/v3";
        };
        return address.matches(".*/v[0-9]+(\\.[0-9]+)?(/[^/]+)?") ? address : address + version;
    }
}
