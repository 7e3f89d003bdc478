package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.Timer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Sends the calls of a session, each with its deadline. Thread-safe. */
final class Transport {

    private static final String AGENT = "nodepool/"
            + Objects.requireNonNullElse(Transport.class.getPackage().getImplementationVersion(), "dev");

    private final HttpClient client;
    private final Timer timer;

    Transport(HttpClient client, Timer timer) {
        this.client = client;
        this.timer = timer;
    }

    /** Sends a call; cancelling the future ends it. */
    CompletableFuture<HttpResponse<byte[]>> send(URI uri, Call call) {
        var request = HttpRequest.newBuilder(uri)
                .method(call.method().name(), call.body())
                .header("User-Agent", AGENT)
                .header("Accept", "application/json")
                // Bounds the time to the first byte of the answer even when nobody runs our timer.
                .timeout(call.deadline());
        call.headers().forEach(request::setHeader);
        var answer = client.sendAsync(request.build(), BodyHandlers.ofByteArray());
        var overdue = timer.after(call.deadline(), () -> answer.cancel(true));
        answer.whenComplete((response, failure) -> overdue.run());
        return answer;
    }
}
