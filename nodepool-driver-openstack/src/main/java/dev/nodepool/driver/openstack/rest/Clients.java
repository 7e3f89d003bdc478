package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.openstack.clouds.Tls;
import java.lang.ref.WeakReference;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The clients of the JDK that sessions share: one for each way of TLS. A client has a thread that waits for the network as
 * long as anybody holds the client; its other threads come and go with the work. Thread-safe.
 */
public final class Clients {

    private static final Duration CONNECT = Duration.ofSeconds(20);

    // Before Java 21 a client ends when nobody holds it, and in no other way.
    private final Map<Tls, WeakReference<HttpClient>> shared = new HashMap<>();

    /** @throws DriverException when the certificates or the key are no good */
    public synchronized HttpClient of(Tls tls) throws DriverException {
        shared.values().removeIf(client -> client.refersTo(null));
        var held = shared.get(tls);
        var client = held == null ? null : held.get();
        if (client == null) {
            client = open(tls);
            shared.put(tls, new WeakReference<>(client));
        }
        return client;
    }

    private static HttpClient open(Tls tls) throws DriverException {
        // HTTP/2 would begin with an upgrade that some servers in front of services refuse.
        return HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(CONNECT)
                .sslContext(Trust.context(tls))
                .build();
    }
}
