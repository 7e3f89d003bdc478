package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Our session in one cloud: every call goes through here, and is given a token, an address, a turn, a deadline, a line
 * in the metrics and, when it fails, a kind of fault. Thread-safe; nothing blocks.
 */
public final class Rest {

    private final InstantSource clock;
    private final ProviderContext context;
    private final CloudEntry cloud;
    private final Transport transport;
    private final Catalog catalog;
    private final TokenHolder tokens;
    private final Map<Service, Limiter> limiters = new EnumMap<>(Service.class);

    /**
     * @param clients shared with other sessions
     * @param distance time between two calls of a service, zero for no limit
     * @throws DriverException when the cloud's certificates or key are no good
     */
    public Rest(CloudEntry cloud, Clients clients, Duration distance, ProviderContext context) throws DriverException {
        this.cloud = cloud;
        this.context = context;
        clock = context.clock();
        transport = new Transport(clients.of(cloud.tls()), context.timer());
        catalog = new Catalog(cloud);
        tokens = new TokenHolder(clock, context.timer(), this::login);
        for (var service : Service.values()) {
            limiters.put(service, new Limiter(distance, clock, context.timer()));
        }
    }

    /**
     * Calls a service. Cancelling the future ends the call, or keeps it from being sent.
     *
     * @return what it answered with a status below 300; fails with {@link DriverException}
     */
    public CompletableFuture<Answer> call(Call call) {
        return new Exchange(this, call).start();
    }

    /** Whether the cloud has a service. */
    public CompletableFuture<Boolean> has(Service service) {
        return tokens.get().thenApply(token -> catalog.stated(service, token).isPresent());
    }

    /** Id of our project. */
    public CompletableFuture<String> project() {
        return tokens.get().thenApply(Token::project);
    }

    TokenHolder tokens() {
        return tokens;
    }

    Catalog catalog() {
        return catalog;
    }

    Limiter limiter(Service service) {
        return Objects.requireNonNull(limiters.get(service));
    }

    Transport transport() {
        return transport;
    }

    InstantSource clock() {
        return clock;
    }

    void measured(Call call, Duration took) {
        context.meter().called(call.service().key(), call.method().name(), call.operation(), took);
    }

    private CompletableFuture<Token> login() {
        var call = Call.post(Service.IDENTITY, "tokens", "/auth/tokens", Login.body(cloud.account()));
        return new Exchange(this, call).startWithoutToken().thenApply(answer -> {
            try {
                return Token.of(answer, clock.instant());
            } catch (DriverException odd) {
                throw new CompletionException(odd);
            }
        });
    }
}
