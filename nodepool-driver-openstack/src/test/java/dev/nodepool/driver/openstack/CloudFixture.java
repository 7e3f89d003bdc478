package dev.nodepool.driver.openstack;

import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.driver.CallMeter;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.Timer;
import dev.nodepool.driver.openstack.fakecloud.FakeKeystone;
import dev.nodepool.driver.openstack.fakecloud.FakeOpenStack;
import dev.nodepool.driver.openstack.rest.Clients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A fake cloud with time of its own, and providers in it. */
final class CloudFixture implements AutoCloseable {

    static final String LABELS = "labels: [{name: small}, {name: other}]\n";

    final FastTime time;
    final FakeOpenStack cloud;
    final List<String> metered = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final Clients clients = new Clients();
    private final Path directory;

    CloudFixture(Path directory) throws IOException {
        this(directory, null, false);
    }

    CloudFixture(Path directory, @Nullable SSLContext tls, boolean strict) throws IOException {
        this.directory = directory;
        time = new FastTime(20);
        cloud = new FakeOpenStack(time, tls, strict);
        account("");
    }

    /** Writes clouds.yaml. @param more lines of the cloud, indented by four blanks */
    void account(String more) throws IOException {
        Files.writeString(directory.resolve("clouds.yaml"), """
                clouds:
                  fake:
                    region_name: one
                    auth:
                      auth_url: %s/identity
                      username: ci
                      password: %s
                      project_name: ci
                """.formatted(cloud.url(), FakeKeystone.PASSWORD) + more);
    }

    Map<String, String> environment() {
        return Map.of(
                "OS_CLIENT_CONFIG_FILE", directory.resolve("clouds.yaml").toString(), "HOME", directory.toString());
    }

    /** A whole configuration with one provider {@code cloud} and one pool {@code main}. */
    static String yaml(String provider, String pool, String label) {
        return LABELS + """
                providers:
                  - name: cloud
                    driver: openstack
                    cloud: fake
                    rate: 0
                    cloud-images: [{name: debian, username: debian}]
                    %s
                    pools:
                      - name: main
                        %s
                        labels:
                          - {name: small, cloud-image: debian, flavor-name: small, host-key-checking: false, %s}
                """.formatted(provider, pool, label);
    }

    NodepoolConfig config(String yaml) {
        return new ConfigLoader(List.of(new OpenStackDriver()), environment())
                .loadText("test", yaml, Strictness.LENIENT)
                .config();
    }

    OpenStackProvider provider(String yaml) {
        return provider(yaml, false);
    }

    OpenStackProvider provider(String yaml, boolean ipv6) {
        var settings =
                (OpenStackSettings) config(yaml).provider("cloud").orElseThrow().settings();
        try {
            return new OpenStackProvider(settings.cloud(), settings.entry().orElseThrow(), clients, context(), ipv6);
        } catch (DriverException e) {
            throw new AssertionError(e);
        }
    }

    OpenStackProvider provider() {
        return provider(yaml("", "max-servers: 10", ""));
    }

    ProviderContext context() {
        return new Context(
                "cloud",
                time,
                (delay, action) -> time.after(delay, () -> threads.execute(action)),
                threads,
                (service, method, operation, took) -> metered.add(service + "." + method + "." + operation));
    }

    private record Context(String provider, InstantSource clock, Timer timer, Executor executor, CallMeter meter)
            implements ProviderContext {}

    /** Lets so much of the cloud's time pass. */
    void pass(Duration duration) {
        var over = new CompletableFuture<Void>();
        time.after(duration, () -> over.complete(null));
        get(over);
    }

    static LaunchSpec spec(String node) {
        return spec(node, Map.of());
    }

    static LaunchSpec spec(String node, Map<String, Object> request) {
        var metadata = new HashMap<String, String>();
        metadata.put(LaunchSpec.LAUNCH, UUID.randomUUID().toString());
        metadata.put(LaunchSpec.INSTALLATION, "here");
        metadata.put(LaunchSpec.NODE_ID, node);
        metadata.put(LaunchSpec.PROVIDER, "cloud");
        metadata.put(LaunchSpec.POOL, "main");
        return new LaunchSpec(node, "main", "small", Optional.empty(), Optional.empty(), metadata, request);
    }

    static Instance create(OpenStackProvider provider, String node) {
        return get(provider.create(spec(node), id -> {}));
    }

    static void delete(OpenStackProvider provider, ExternalId id) {
        get(provider.delete(id));
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    /** What a future fails with. */
    static DriverException failure(CompletableFuture<?> future) {
        try {
            var value = future.get(30, TimeUnit.SECONDS);
            throw new AssertionError("did not fail, but answered " + value);
        } catch (ExecutionException e) {
            return DriverException.from(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    static Fault fault(CompletableFuture<?> future) {
        return failure(future).fault();
    }

    @Override
    public void close() {
        cloud.close();
        time.close();
        threads.shutdownNow();
    }
}
