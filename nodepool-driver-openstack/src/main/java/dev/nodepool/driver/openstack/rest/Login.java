package dev.nodepool.driver.openstack.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nodepool.driver.openstack.clouds.Account;
import java.util.Optional;

/** What Keystone is told to get a token. openstack4j knows no application credentials, so this is our own for all. */
final class Login {

    private Login() {}

    static String body(Account account) {
        var auth = Json.object();
        auth.set("identity", identity(account));
        scope(account).ifPresent(scope -> auth.set("scope", scope));
        var body = Json.object();
        body.set("auth", auth);
        return Json.write(body);
    }

    private static JsonNode identity(Account account) {
        var identity = Json.object();
        var method = switch (account.method()) {
            case PASSWORD -> "password";
            case TOKEN -> "token";
            case APPLICATION_CREDENTIAL -> "application_credential";
        };
        identity.putArray("methods").add(method);
        identity.set(
                method,
                switch (account.method()) {
                    case PASSWORD -> {
                        var user = user(account);
                        user.put("password", account.field("password").orElse(""));
                        yield Json.object().set("user", user);
                    }
                    case TOKEN -> Json.object().put("id", account.field("token").orElse(""));
                    case APPLICATION_CREDENTIAL -> applicationCredential(account);
                });
        return identity;
    }

    private static JsonNode applicationCredential(Account account) {
        var credential = Json.object();
        credential.put("secret", account.field("application_credential_secret").orElse(""));
        var id = account.field("application_credential_id");
        if (id.isPresent()) {
            return credential.put("id", id.get());
        }
        credential.put("name", account.field("application_credential_name").orElse(""));
        return credential.set("user", user(account));
    }

    private static ObjectNode user(Account account) {
        return named(account, account.field("user_id"), account.field("username"), "user_domain");
    }

    /** An application credential belongs to a project already. */
    private static Optional<JsonNode> scope(Account account) {
        if (account.method() == Account.Method.APPLICATION_CREDENTIAL) {
            return Optional.empty();
        }
        var trust = account.field("trust_id");
        if (trust.isPresent()) {
            return Optional.of(Json.object().set("OS-TRUST:trust", Json.object().put("id", trust.get())));
        }
        var project = named(account, account.field("project_id"), account.field("project_name"), "project_domain");
        return Optional.of(Json.object().set("project", project));
    }

    private static ObjectNode named(Account account, Optional<String> id, Optional<String> name, String domain) {
        var object = Json.object();
        if (id.isPresent()) {
            return object.put("id", id.get());
        }
        object.put("name", name.orElse(""));
        var owner = Json.object();
        account.field(domain + "_id")
                .ifPresentOrElse(
                        value -> owner.put("id", value),
                        () -> owner.put("name", account.field(domain + "_name").orElse("")));
        object.set("domain", owner);
        return object;
    }
}
