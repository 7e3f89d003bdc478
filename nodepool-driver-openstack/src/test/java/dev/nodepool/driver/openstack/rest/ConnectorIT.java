package dev.nodepool.driver.openstack.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.Timer;
import dev.nodepool.driver.openstack.clouds.Account;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import dev.nodepool.driver.openstack.clouds.Tls;
import dev.nodepool.driver.openstack.fakecloud.FakeKeystone;
import dev.nodepool.driver.openstack.fakecloud.FakeOpenStack;
import dev.nodepool.driver.openstack.fakecloud.Seen;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openstack4j.api.Builders;
import org.openstack4j.core.transport.Config;
import org.openstack4j.core.transport.HttpMethod;
import org.openstack4j.core.transport.HttpRequest;
import org.openstack4j.core.transport.internal.HttpExecutor;
import org.openstack4j.model.common.Payloads;

/** What openstack4j's own services do through our connector. */
class ConnectorIT {

    @TempDir
    Path directory;

    private final ScheduledExecutorService time = Executors.newSingleThreadScheduledExecutor();
    private FakeOpenStack cloud;
    private OpenStack4j openStack4j;

    @BeforeEach
    void open() throws Exception {
        cloud = new FakeOpenStack(InstantSource.system());
        var account = new Account(
                cloud.url() + "/identity/v3",
                Account.Method.PASSWORD,
                Map.of("username", "u", "password", FakeKeystone.PASSWORD, "project_id", "p1", "user_domain_id", "d"));
        var entry = new CloudEntry(
                "c",
                Optional.of("one"),
                account,
                Tls.DEFAULT,
                "public",
                Map.of(),
                Map.of(),
                "qcow2",
                false,
                true,
                false,
                false,
                List.of());
        openStack4j = new OpenStack4j(new Rest(entry, new Clients(), Duration.ZERO, new Context(time)));
    }

    @AfterEach
    void close() {
        cloud.close();
        time.shutdownNow();
    }

    private record Context(ScheduledExecutorService time) implements ProviderContext {
        @Override
        public String provider() {
            return "p";
        }

        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public Timer timer() {
            return (delay, action) -> {
                var later = time.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
                return () -> later.cancel(false);
            };
        }

        @Override
        public Executor executor() {
            return Runnable::run;
        }
    }

    @Test
    void isTheOneThatOpenstack4jFinds() {
        assertThat(HttpExecutor.create().getExecutorName()).isEqualTo(Connector.NAME);
    }

    @Test
    void keepsItsConnectionsOpen() throws Exception {
        for (int i = 0; i < 20; i++) {
            openStack4j.on(client -> client.compute().servers().list());
        }

        assertThat(cloud.seen().stream().map(Seen::connection).distinct()).hasSize(1);
    }

    @Test
    void sendsPatchesWithTheirOwnContentType() throws Exception {
        var image = cloud.glance.image("x");

        openStack4j.on(client -> client.imagesV2()
                .update(client.imagesV2().get(image).toBuilder().name("y").build()));

        assertThat(cloud.seen("image", "PATCH", "/images/.*"))
                .singleElement()
                .satisfies(seen -> assertThat(seen.headers().get("content-type"))
                        .isEqualTo("application/openstack-images-v2.1-json-patch"));
    }

    @Test
    void sendsFilesWithTheirLengthAndAgainWhenTheTokenWasRefused() throws Exception {
        var file = Files.write(directory.resolve("image"), new byte[3 << 20]).toFile();
        var record = Builders.imageV2().name("x").build();
        var image = openStack4j.on(client -> client.imagesV2().create(record));
        cloud.keystone.revoke();

        var done = openStack4j.on(client -> client.imagesV2().upload(image.getId(), Payloads.create(file), image));

        assertThat(done.isSuccess()).isTrue();
        assertThat(cloud.seen("image", "PUT", "/images/.*/file"))
                .allSatisfy(put -> assertThat(put.headers()).containsEntry("content-length", "" + (3 << 20)));
        assertThat(cloud.glance.images().get(0).path("size").asLong()).isEqualTo(3 << 20);
    }

    @Test
    void neverSendsAStreamTwice() throws Exception {
        var image = cloud.glance.image("x");
        cloud.keystone.revoke();
        cloud.when("image", "PUT", "/file").answer(401, "no").times(1);
        var bytes = new ByteArrayInputStream(new byte[1000]);

        assertThatThrownBy(() -> openStack4j.on(client -> client.imagesV2()
                        .upload(image, Payloads.create(bytes), client.imagesV2().get(image))))
                .hasMessageContaining("can not be sent a second time");

        assertThat(cloud.seen("image", "PUT", "/images/.*/file")).hasSize(1);
    }

    @Test
    void doesNotHideWhatIsNotThere() {
        assertThatThrownBy(() -> openStack4j.console("no-such-server"))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND));
    }

    @Test
    void passesQueriesOn() throws Exception {
        openStack4j.on(client -> client.networking().network().list(Map.of("name", "a b")));

        assertThat(cloud.seen("network", "GET", "/networks\\?name=a\\+b")).hasSize(1);
    }

    @Test
    void servesOurSessionsOnly() {
        var request = HttpRequest.builder(String.class)
                .endpoint(cloud.url())
                .path("/")
                .method(HttpMethod.GET)
                .config(Config.newConfig())
                .build();

        assertThatThrownBy(() -> HttpExecutor.create().execute(request)).hasMessageContaining("own sessions only");
    }
}
