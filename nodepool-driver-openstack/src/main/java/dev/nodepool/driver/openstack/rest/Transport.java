package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Timer;
import dev.nodepool.driver.openstack.clouds.Tls;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * The connections to one cloud: one client of the JDK, so one pool of connections and one way of TLS. Its threads come
 * and go with the work; only the one that waits for the network stays. Thread-safe.
 */
public final class Transport {

    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final String AGENT = "nodepool/"
            + Objects.requireNonNullElse(Transport.class.getPackage().getImplementationVersion(), "dev");

    private final HttpClient client;
    private final Timer timer;

    /** @throws DriverException when the certificates or the key are no good */
    public Transport(Tls tls, Timer timer) throws DriverException {
        // HTTP/2 would begin with an upgrade that some servers in front of services refuse.
        client = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NORMAL)
                .connectTimeout(CONNECT)
                .sslContext(Trust.context(tls))
                .build();
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
