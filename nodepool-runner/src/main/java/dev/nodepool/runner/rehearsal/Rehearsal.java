package dev.nodepool.runner.rehearsal;

import dev.nodepool.NodeLease;
import dev.nodepool.NodePool;
import dev.nodepool.admin.Admin;
import dev.nodepool.runner.daemon.LauncherDaemon;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.DriverPath;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.metrics.Figures;
import dev.nodepool.view.DaemonView;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Does once what launcher and command do all day, against a ZooKeeper and a fake cloud in this process, so that a class
 * archive made of this run has their classes. Nothing outlives it.
 */
public final class Rehearsal {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> PAGES =
            List.of("/ready", "/", "/metrics", "/node-list", "/request-list", "/label-list", "/image-list");

    private final Library library;
    private final Consumer<Path> command;

    /** @param command looks at what is there with the configuration it is given, as an operator would */
    public Rehearsal(Library library, Consumer<Path> command) {
        this.library = library;
        this.command = command;
    }

    /** Runs it whole. */
    public void run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("nodepool-rehearsal");
        Path config = directory.resolve("nodepool.yaml");
        try (Library.LocalZooKeeper zooKeeper = library.zooKeeper()) {
            Files.writeString(config, config(zooKeeper.connectString()));
            ConfigFiles files = new ConfigFiles(config, Optional.empty(), DriverPath.drivers(List.of()));
            launch(files);
        } finally {
            Files.deleteIfExists(config);
            Files.deleteIfExists(directory);
        }
    }

    private void launch(ConfigFiles files) throws IOException, InterruptedException {
        LauncherDaemon.Options options =
                new LauncherDaemon.Options(files, Optional.empty(), true, LIMIT, Duration.ZERO);
        CountDownLatch stop = new CountDownLatch(1);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        // Port 9 throws away what it gets, and mostly nobody listens there.
        Map<String, String> environment = Map.of("STATSD_HOST", "127.0.0.1", "STATSD_PORT", "9");
        InstantSource clock = InstantSource.system();
        try (Figures figures = Figures.open("launcher", environment, true, clock)) {
            new LauncherDaemon(library, options, figures, clock).run(stop, pool -> {
                try {
                    use(pool, files);
                } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
                    failure.set(e);
                } finally {
                    stop.countDown();
                }
            });
        }
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException("the rehearsal failed: " + failed.getMessage(), failed);
        }
    }

    private void use(NodePool pool, ConfigFiles files)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (NodeLease lease = pool.request("small").get(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            lease.inUse();
            URI web = web(files);
            for (String page : PAGES) {
                fetch(web.resolve(page), "text/html");
                fetch(web.resolve(page), "application/json");
            }
            command.accept(files.main());
        }
    }

    private URI web(ConfigFiles files) throws IOException {
        try (Admin admin = library.admin(library.config(files).zooKeeper(), LIMIT)) {
            return admin.launchers().daemons().stream()
                    .map(DaemonView::web)
                    .filter(address -> address != null)
                    .map(URI::create)
                    .findFirst()
                    .orElseThrow(() -> new IOException("the launcher is not registered"));
        }
    }

    private static void fetch(URI page, String accepted) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
        connection.setConnectTimeout((int) LIMIT.toMillis());
        connection.setReadTimeout((int) LIMIT.toMillis());
        connection.setRequestProperty("Accept", accepted);
        connection.setRequestProperty("Accept-Encoding", "gzip");
        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private static String config(String connectString) {
        int colon = connectString.lastIndexOf(':');
        return """
                zookeeper-servers: [{host: %s, port: %s}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                labels: [{name: small}]
                providers:
                  - name: rehearsal
                    driver: fake
                    cloud: fake
                    fake-cloud: {boot-seconds: 0, delete-seconds: 0}
                    cloud-images: [{name: image}]
                    pools: [{name: main, max-servers: 1, labels: [{name: small, cloud-image: image, min-ram: 1}]}]
                """.formatted(connectString.substring(0, colon), connectString.substring(colon + 1));
    }
}
