package dev.nodepool.driver.openstack.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.openstack.clouds.Tls;
import java.lang.ref.WeakReference;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientsTest {

    private final Clients clients = new Clients();

    @Test
    void thereIsOneForEachWayOfTls() throws DriverException {
        var unchecked = new Tls(false, Optional.empty(), Optional.empty(), Optional.empty());
        var one = clients.of(Tls.DEFAULT);

        assertThat(clients.of(new Tls(true, Optional.empty(), Optional.empty(), Optional.empty())))
                .isSameAs(one);
        assertThat(clients.of(unchecked)).isNotSameAs(one).isSameAs(clients.of(unchecked));
    }

    @Test
    void isLetGoWithTheLastWhoHoldsIt() throws DriverException {
        var client = new WeakReference<HttpClient>(clients.of(Tls.DEFAULT));

        await().atMost(Duration.ofSeconds(60)).until(() -> {
            System.gc();
            return client.refersTo(null);
        });
        assertThat(clients.of(Tls.DEFAULT)).isNotNull();
    }
}
