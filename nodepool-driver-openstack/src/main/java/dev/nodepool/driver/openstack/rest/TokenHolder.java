package dev.nodepool.driver.openstack.rest;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Has a token that is good for a while, and gets a new one once for all who need it. Thread-safe; nobody blocks. */
final class TokenHolder {

    private final InstantSource clock;
    private final Supplier<CompletableFuture<Token>> login;
    private @Nullable Token token;
    private @Nullable CompletableFuture<Token> pending;

    TokenHolder(InstantSource clock, Supplier<CompletableFuture<Token>> login) {
        this.clock = clock;
        this.login = login;
    }

    CompletableFuture<Token> get() {
        CompletableFuture<Token> mine;
        synchronized (this) {
            var now = token;
            if (now != null && clock.instant().isBefore(now.renewAt())) {
                return CompletableFuture.completedFuture(now);
            }
            if (pending != null) {
                return pending.copy();
            }
            mine = new CompletableFuture<>();
            pending = mine;
        }
        renew(mine);
        return mine.copy();
    }

    /** The same after a service refused a token: however many were refused, one new one is fetched. */
    CompletableFuture<Token> instead(Token refused) {
        synchronized (this) {
            if (token == refused) {
                token = null;
            }
        }
        return get();
    }

    private void renew(CompletableFuture<Token> mine) {
        login.get().whenComplete((fresh, failure) -> {
            synchronized (this) {
                pending = null;
                token = failure == null ? fresh : token;
            }
            if (failure == null) {
                mine.complete(fresh);
            } else {
                mine.completeExceptionally(failure);
            }
        });
    }
}
