package dev.nodepool.driver.openstack.rest;

import java.util.Locale;
import org.openstack4j.api.identity.EndpointURLResolver;
import org.openstack4j.model.identity.URLResolverParams;

/**
 * Tells openstack4j where the services of a cloud are: nowhere, since only the connector goes there, but by which name
 * the connector knows them. It also leads from a request back to the session it belongs to.
 */
record CloudResolver(Rest rest) implements EndpointURLResolver {

    private static final String SCHEME = "http://";

    @Override
    public String findURLV2(URLResolverParams params) {
        throw new UnsupportedOperationException("Keystone's version 2 is not supported");
    }

    @Override
    public String findURLV3(URLResolverParams params) {
        return SCHEME
                + switch (params.type) {
                    case COMPUTE -> Service.COMPUTE.key();
                    case NETWORK -> Service.NETWORK.key();
                    case IMAGE -> Service.IMAGE.key();
                    case BLOCK_STORAGE -> Service.VOLUME.key();
                    case IDENTITY -> Service.IDENTITY.key();
                    default -> throw new IllegalArgumentException("service " + params.type + " is not used");
                };
    }

    /** The service that an address of ours names. */
    static Service service(String endpoint) {
        var name = endpoint.substring(SCHEME.length()).replaceFirst("/.*", "");
        return Service.valueOf(name.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return "CloudResolver";
    }
}
