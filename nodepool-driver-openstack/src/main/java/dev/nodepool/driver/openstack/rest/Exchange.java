package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.openstack.rest.Call.Method;
import dev.nodepool.driver.openstack.rest.Limiter.Turn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way of one call: token, turn, answer; again with a new token when the old one was refused, and once more when the
 * connection broke and repeating does no harm.
 */
final class Exchange extends Steps<Answer> {

    /** The first new token may be as dead as the one before: see {@link TokenHolder#instead}. */
    private static final int MOST_RENEWALS = 2;

    private final Rest rest;
    private final Call call;
    private int renewals;
    private boolean repeated;

    Exchange(Rest rest, Call call) {
        this.rest = rest;
        this.call = call;
    }

    CompletableFuture<Answer> start() {
        then(rest.tokens().get(), this::with);
        return result();
    }

    /** For the call that gets the token. */
    CompletableFuture<Answer> startWithoutToken() {
        with(null);
        return result();
    }

    private void with(@Nullable Token token) {
        var turn = rest.limiter(call.service()).turn(call.method() == Method.DELETE);
        // Whatever becomes of the call, also when it is given up just as its turn comes.
        result().whenComplete((answer, failure) -> turn.thenAccept(Turn::release));
        then(turn, mine -> send(token, mine));
    }

    private void send(@Nullable Token token, Turn turn) {
        try {
            var uri = URI.create(address(token) + call.path());
            send(token, turn, uri, token == null ? call : call.with("X-Auth-Token", token.id()));
        } catch (DriverException | IllegalArgumentException e) {
            fail(Faults.lost(call, "", e));
        }
    }

    private void send(@Nullable Token token, Turn turn, URI uri, Call complete) {
        var began = rest.clock().instant();
        after(rest.transport().send(uri, complete), (response, failure) -> {
            turn.release();
            rest.measured(call, Duration.between(began, rest.clock().instant()));
            if (failure == null) {
                received(token, new Answer(response));
            } else {
                broken(token, uri, Faults.cause(failure));
            }
        });
    }

    private String address(@Nullable Token token) throws DriverException {
        return token == null
                ? rest.catalog().cloud().account().url()
                : rest.catalog().address(call.service(), token);
    }

    private void received(@Nullable Token token, Answer answer) {
        if (answer.status() == 401 && token != null && renewals < MOST_RENEWALS) {
            renewals++;
            then(rest.tokens().instead(token), this::with);
        } else if (answer.status() >= 300 && answer.status() != call.tolerated()) {
            var fault = Faults.of(call, answer, rest.clock().instant());
            if (fault.fault() == Fault.RATE_LIMITED) {
                fault.retryAfter().ifPresent(rest.limiter(call.service())::rest);
            }
            fail(fault);
        } else {
            succeed(answer);
        }
    }

    private void broken(@Nullable Token token, URI uri, Throwable failure) {
        if (!repeated && repeatable(failure)) {
            repeated = true;
            with(token);
        } else {
            fail(Faults.lost(call, where(uri), failure));
        }
    }

    private static String where(URI uri) {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private boolean repeatable(Throwable failure) {
        var overdue = failure instanceof HttpTimeoutException && !(failure instanceof HttpConnectTimeoutException);
        return failure instanceof IOException
                && !overdue
                && (call.method().idempotent() || forToken() || Faults.neverSent(failure));
    }

    /** Asking for a token twice leaves nothing behind but a token. */
    private boolean forToken() {
        return call.service() == Service.IDENTITY;
    }
}
