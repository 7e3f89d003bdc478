package dev.nodepool.driver.openstack.clouds;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who we are in a cloud.
 *
 * @param url Keystone's address with {@code /v3}
 * @param method how we prove it
 * @param fields what {@code auth} holds; secret in part
 */
public record Account(String url, Method method, Map<String, String> fields) {

    /** Ways to log in. */
    public enum Method {
        PASSWORD,
        TOKEN,
        APPLICATION_CREDENTIAL
    }

    public Account {
        fields = Map.copyOf(new TreeMap<>(fields));
    }

    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** Without the fields, which are secret in part. */
    @Override
    public String toString() {
        return "Account[" + method + " at " + url + "]";
    }
}
