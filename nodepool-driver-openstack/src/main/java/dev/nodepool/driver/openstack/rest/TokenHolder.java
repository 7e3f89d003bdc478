package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Has a token that is good for a while, and gets a new one once for all who need it. Thread-safe; nobody blocks. */
final class TokenHolder {

    /**
     * Keystone notes in whole seconds when tokens were given and when they were revoked, so that a token of the second of
     * a revocation is dead, too.
     */
    private static final Duration YOUNG = Duration.ofSeconds(2);

    private final InstantSource clock;
    private final Timer timer;
    private final Supplier<CompletableFuture<Token>> login;
    private @Nullable Token token;
    private @Nullable Waiters<Token> pending;

    TokenHolder(InstantSource clock, Timer timer, Supplier<CompletableFuture<Token>> login) {
        this.clock = clock;
        this.timer = timer;
        this.login = login;
    }

    CompletableFuture<Token> get() {
        Waiters<Token> waiters;
        CompletableFuture<Token> mine;
        synchronized (this) {
            var now = token;
            if (now != null && clock.instant().isBefore(now.renewAt())) {
                return CompletableFuture.completedFuture(now);
            }
            if (pending != null) {
                return pending.join();
            }
            waiters = new Waiters<>();
            pending = waiters;
            mine = waiters.join();
        }
        renew(waiters);
        return mine;
    }

    /**
     * The same after a service refused a token: however many were refused, one new one is fetched. One that was refused
     * as soon as it was given is followed by the next after a pause.
     */
    CompletableFuture<Token> instead(Token refused) {
        synchronized (this) {
            var pause = Duration.between(clock.instant(), refused.given().plus(YOUNG));
            if (token == refused && pause.compareTo(Duration.ZERO) > 0) {
                return after(pause);
            }
            token = token == refused ? null : token;
        }
        return get();
    }

    /** Others go on with the old one meanwhile: perhaps it was one service alone that did not take it. */
    private CompletableFuture<Token> after(Duration pause) {
        if (pending == null) {
            var waiters = new Waiters<Token>();
            pending = waiters;
            timer.after(pause, () -> renew(waiters));
        }
        return pending.join();
    }

    private void renew(Waiters<Token> waiters) {
        login.get().whenComplete((fresh, failure) -> {
            synchronized (this) {
                pending = null;
                token = failure == null ? fresh : token;
            }
            waiters.end(fresh, failure);
        });
    }
}
