package dev.nodepool.driver.openstack.fakecloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Logins, tokens and the catalog. */
public final class FakeKeystone implements FakeOpenStack.FakeService {

    public static final String PASSWORD = "secret-word";

    /** What the catalog has, by service of ours: type and path. */
    public final Map<String, String[]> catalog = new ConcurrentHashMap<>(Map.of(
            "compute", new String[] {"compute", "/compute/v2.1"},
            "network", new String[] {"network", "/network"},
            "image", new String[] {"image", "/image"},
            "volume", new String[] {"volumev3", "/volume/v3/p1"}));

    public final List<JsonNode> logins = new CopyOnWriteArrayList<>();
    public volatile Duration life = Duration.ofHours(1);
    private final AtomicInteger stillborn = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final InstantSource clock;
    private final String url;
    private final Map<String, Instant> tokens = new ConcurrentHashMap<>();

    FakeKeystone(InstantSource clock, String url) {
        this.clock = clock;
        this.url = url;
    }

    /** All tokens die before their time. */
    public void revoke() {
        tokens.clear();
    }

    /**
     * All tokens die before their time, and so do the next ones: Keystone counts in seconds, so that what it gives out in
     * the second of a revocation is dead, too.
     */
    public void revokeAndGiveOutDead(int more) {
        stillborn.set(more);
        revoke();
    }

    /** How many logins were refused. */
    public int refused() {
        return refused.get();
    }

    boolean knows(String token) {
        var expires = tokens.get(token);
        return expires != null && clock.instant().isBefore(expires);
    }

    @Override
    public Reply answer(Seen call) {
        if (!call.method().equals("POST") || !call.path().equals("/auth/tokens")) {
            return Reply.error(404, "not found");
        }
        var auth = Values.read(call.body()).path("auth");
        logins.add(auth);
        if (!proved(auth.path("identity"))) {
            refused.incrementAndGet();
            return Reply.error(401, "The request you have made requires authentication.");
        }
        var id = UUID.randomUUID().toString();
        var expires = clock.instant().plus(life);
        if (stillborn.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
            tokens.put(id, expires);
        }
        return Reply.json(201, token(expires)).with("X-Subject-Token", id);
    }

    private static boolean proved(JsonNode identity) {
        return switch (identity.path("methods").path(0).asText()) {
            case "password" ->
                identity.path("password").path("user").path("password").asText().equals(PASSWORD);
            case "application_credential" ->
                identity.path("application_credential").path("secret").asText().equals(PASSWORD);
            case "token" -> identity.path("token").path("id").asText().equals(PASSWORD);
            default -> false;
        };
    }

    private ObjectNode token(Instant expires) {
        var body = Values.object();
        var token = body.putObject("token");
        token.put("expires_at", expires.toString());
        token.put("issued_at", clock.instant().toString());
        token.putArray("methods").add("password");
        token.putObject("project")
                .put("id", "p1")
                .put("name", "ci")
                .putObject("domain")
                .put("id", "default");
        token.putObject("user")
                .put("id", "u1")
                .put("name", "ci")
                .putObject("domain")
                .put("id", "default");
        var services = token.putArray("catalog");
        catalog.forEach((service, where) -> {
            var entry = services.addObject()
                    .put("type", where[0])
                    .put("name", service)
                    .put("id", service);
            for (var visibility : List.of("public", "internal")) {
                entry.withArray("endpoints")
                        .addObject()
                        .put("id", service + visibility)
                        .put("interface", visibility)
                        .put("region", "one")
                        .put("region_id", "one")
                        .put("url", url + where[1]);
            }
        });
        return body;
    }

    /** A token that the cloud takes, for tests that look at it from outside. */
    public String token() {
        var id = UUID.randomUUID().toString();
        tokens.put(id, clock.instant().plus(Duration.ofDays(1)));
        return id;
    }

    /** The header of the newest login's method, null before the first. */
    public @Nullable String method() {
        return logins.isEmpty()
                ? null
                : logins.get(logins.size() - 1)
                        .path("identity")
                        .path("methods")
                        .path(0)
                        .asText();
    }
}
