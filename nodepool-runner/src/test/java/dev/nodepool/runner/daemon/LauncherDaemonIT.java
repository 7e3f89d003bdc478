package dev.nodepool.runner.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.config.WebConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.ScriptedLibrary;
import dev.nodepool.runner.metrics.Figures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LauncherDaemonIT {

    private final ScriptedLibrary library = new ScriptedLibrary();
    private final CountDownLatch stop = new CountDownLatch(1);

    @TempDir
    private Path directory;

    @Test
    void stopsThePoolWithTheTimeToDrainAndThenRemovesThePidFile() throws Exception {
        daemon().run(stop, pool -> {
            assertThat(pidFile()).exists();
            library.pool.calls.add("started");
            stop.countDown();
        });
        assertThat(library.pool.calls).containsExactly("announce 127.0.0.1", "start", "started", "close 7");
        assertThat(pidFile()).doesNotExist();
    }

    @Test
    void doesNotStartThePoolWhenTheWebAddressIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            library.web = new WebConfig(taken.getLocalPort(), "127.0.0.1");
            assertThatThrownBy(() -> daemon().run(stop, pool -> stop.countDown()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
        assertThat(library.pool.calls).containsExactly("close 0");
        assertThat(pidFile()).doesNotExist();
    }

    @Test
    void tellsOthersTheAddressThatItIsGiven() throws Exception {
        daemon(Optional.of(URI.create("http://192.0.2.7:8005"))).run(stop, pool -> stop.countDown());
        assertThat(library.pool.calls).startsWith("announce 192.0.2.7", "start");
    }

    private LauncherDaemon daemon() throws IOException {
        return daemon(Optional.empty());
    }

    private LauncherDaemon daemon(Optional<URI> announced) throws IOException {
        ConfigFiles files = new ConfigFiles(Path.of("nodepool.yaml"), Optional.empty(), List.of());
        return new LauncherDaemon(
                library,
                new LauncherDaemon.Options(
                        files, Optional.of(pidFile()), true, announced, Duration.ofSeconds(120), Duration.ofSeconds(7)),
                Figures.open("launcher", Map.of(), true, InstantSource.system()),
                InstantSource.system());
    }

    private Path pidFile() {
        return directory.resolve("launcher.pid");
    }
}
