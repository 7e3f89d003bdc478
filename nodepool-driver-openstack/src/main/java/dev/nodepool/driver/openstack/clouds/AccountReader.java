package dev.nodepool.driver.openstack.clouds;

import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.openstack.clouds.Account.Method;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads {@code auth} and {@code auth_type}, with the older names of their fields. */
record AccountReader(ConfigSection entry) {

    private static final List<String> FIELDS = List.of(
            "auth_url",
            "username",
            "user_id",
            "password",
            "user_domain_id",
            "user_domain_name",
            "project_id",
            "project_name",
            "project_domain_id",
            "project_domain_name",
            "domain_id",
            "domain_name",
            "default_domain",
            "token",
            "trust_id",
            "application_credential_id",
            "application_credential_name",
            "application_credential_secret");

    private static final Map<String, List<String>> OLD_NAMES = Map.of(
            "project_id", List.of("tenant_id"),
            "project_name", List.of("tenant_name", "project"),
            "username", List.of("user_name"),
            "token", List.of("auth_token"));

    private static final Map<String, Method> METHODS = Map.of(
            "password", Method.PASSWORD,
            "v3password", Method.PASSWORD,
            "token", Method.TOKEN,
            "v3token", Method.TOKEN,
            "v3applicationcredential", Method.APPLICATION_CREDENTIAL);

    Optional<Account> read() {
        var auth = entry.section("auth").orElse(entry);
        var fields = new TreeMap<String, String>();
        for (var field : FIELDS) {
            value(auth, field).or(() -> value(entry, field)).ifPresent(value -> fields.put(field, value));
        }
        domains(fields);
        var method = method(fields);
        method.ifPresent(m -> check(auth, m, fields));
        var url = fields.remove("auth_url");
        return method.filter(m -> url != null && isHttp(auth, url)).map(m -> new Account(versioned(url), m, fields));
    }

    private static Optional<String> value(ConfigSection section, String field) {
        return section.textOrInteger(field)
                .or(() -> OLD_NAMES.getOrDefault(field, List.of()).stream()
                        .map(section::textOrInteger)
                        .flatMap(Optional::stream)
                        .findFirst())
                .filter(value -> !value.isEmpty());
    }

    /** A name means nothing without its domain; that of Keystone's first set-up is the usual one. */
    private static void domains(Map<String, String> fields) {
        var id = Optional.ofNullable(fields.remove("default_domain"))
                .or(() -> Optional.ofNullable(fields.get("domain_id")))
                .orElse("default");
        for (var owner : List.of("user_domain", "project_domain")) {
            if (!fields.containsKey(owner + "_id") && !fields.containsKey(owner + "_name")) {
                var name = fields.get("domain_name");
                fields.put(owner + (name == null ? "_id" : "_name"), name == null ? id : name);
            }
        }
        fields.remove("domain_id");
        fields.remove("domain_name");
    }

    private Optional<Method> method(Map<String, String> fields) {
        var byDefault = fields.containsKey("application_credential_secret")
                ? "v3applicationcredential"
                : fields.containsKey("token") && !fields.containsKey("password") ? "token" : "password";
        var written = entry.text("auth_type").orElse(byDefault);
        var method = Optional.ofNullable(METHODS.get(written));
        if (method.isEmpty()) {
            entry.error(
                    "auth_type",
                    "\"" + written + "\" is not supported, use one of password, token, v3applicationcredential");
        }
        return method;
    }

    private static void check(ConfigSection auth, Method method, Map<String, String> fields) {
        need(auth, fields, "auth_url");
        switch (method) {
            case PASSWORD -> {
                need(auth, fields, "username", "user_id");
                need(auth, fields, "password");
                need(auth, fields, "project_name", "project_id", "trust_id");
            }
            case TOKEN -> {
                need(auth, fields, "token");
                need(auth, fields, "project_name", "project_id", "trust_id");
            }
            case APPLICATION_CREDENTIAL -> {
                need(auth, fields, "application_credential_secret");
                need(auth, fields, "application_credential_id", "application_credential_name");
                if (!fields.containsKey("application_credential_id")) {
                    need(auth, fields, "username", "user_id");
                }
            }
        }
    }

    private static void need(ConfigSection auth, Map<String, String> fields, String... oneOf) {
        if (List.of(oneOf).stream().noneMatch(fields::containsKey)) {
            auth.error(oneOf[0], oneOf.length == 1 ? "missing" : "missing, one of " + String.join(", ", oneOf));
        }
    }

    private static boolean isHttp(ConfigSection auth, String url) {
        try {
            var uri = URI.create(url);
            if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
                return true;
            }
        } catch (IllegalArgumentException notAUri) {
            // Said below, as for any other address that is not one.
        }
        auth.error("auth_url", "expected an address that begins with http:// or https://");
        return false;
    }

    /** Keystone is asked for version 3, whatever the address says. */
    private static String versioned(String url) {
        var bare = url.replaceAll("/+$", "").replaceAll("/v[0-9.]+$", "");
        return bare + "/v3";
    }
}
