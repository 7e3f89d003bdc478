package dev.nodepool.examples.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.NodePool;
import dev.nodepool.view.NodeView;
import dev.nodepool.view.Overview;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with its launcher, on two hosts with SSH servers. */
abstract class CiServiceBase {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private EmbeddedZooKeeper zooKeeper;
    private NodePool pool;
    private CiService service;

    /** Starts an SSH server on 127.0.0.1 that lets the owner of a key in and runs commands; answers its port. */
    abstract int startServer(KeyPair client) throws Exception;

    abstract void stopServers() throws Exception;

    @BeforeEach
    void start() throws Exception {
        var key = KeyUtils.generateKeyPair("ssh-rsa", 2048);
        var hosts = List.of(host(startServer(key)), host(startServer(key)));
        zooKeeper = EmbeddedZooKeeper.start();
        pool = NodePool.builder()
                .configuration(Map.of(
                        "labels",
                        List.of(Map.of("name", "bench")),
                        "providers",
                        List.of(Map.of(
                                "name",
                                "rack",
                                "driver",
                                "static",
                                "pools",
                                List.of(Map.of("name", "main", "nodes", hosts))))))
                .zooKeeper(zooKeeper.connectString())
                .build()
                .start();
        service = new CiService(pool, key);
    }

    private static Map<String, ?> host(int port) {
        return Map.of(
                "name",
                "127.0.0.1",
                "labels",
                List.of("bench"),
                "connection-port",
                port,
                "username",
                System.getProperty("user.name"));
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        pool.close();
        zooKeeper.close();
        stopServers();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Empty until the launcher knows everything. */
    private Overview overview() {
        return await().atMost(LIMIT)
                .until(() -> get(pool.overview()), Optional::isPresent)
                .orElseThrow();
    }

    private static Job job(String command, Duration patience, Duration hold) {
        return new Job("bench", command, patience, LIMIT, hold);
    }

    @Test
    void moreJobsThanHostsAreRunOneAfterTheOtherWithTheirOutputAndStatus() throws Exception {
        var jobs = IntStream.range(0, 6)
                .mapToObj(i -> service.submit(Job.of("bench", "echo job " + i + "; echo trouble >&2; exit " + i)))
                .toList();
        for (var i = 0; i < 6; i++) {
            var result = get(jobs.get(i));
            assertThat(result.exit()).isEqualTo(i);
            assertThat(result.output()).contains("job " + i).contains("trouble");
        }
        assertThat(jobs.stream().map(job -> job.join().node())).doesNotHaveDuplicates();
    }

    @Test
    void aHostOnWhichAJobFailedIsKeptForALook() throws Exception {
        var failed = get(service.submit(job("exit 3", LIMIT, Duration.ofHours(1))));
        var good = get(service.submit(job("true", LIMIT, Duration.ofHours(1))));

        assertThat(overview().nodes())
                .filteredOn(node -> node.state().equals("hold"))
                .singleElement()
                .satisfies(node -> {
                    assertThat(node.id()).isEqualTo(failed.node()).isNotEqualTo(good.node());
                    assertThat(node.node().comment()).isEqualTo("\"exit 3\" ended with 3");
                });
    }

    @Test
    void whoWaitsInVainIsToldAndWhoGivesUpLeavesNothing() throws Exception {
        get(service.submit(job("exit 1", LIMIT, Duration.ofHours(1))));
        get(service.submit(job("exit 1", LIMIT, Duration.ofHours(1))));

        var late = service.submit(job("true", Duration.ofSeconds(1), Duration.ZERO));
        var cancelled = service.submit(job("true", LIMIT, Duration.ZERO));
        cancelled.cancel(true);

        assertThatThrownBy(() -> get(late)).hasRootCauseInstanceOf(TimeoutException.class);
        assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
        await().atMost(LIMIT).until(() -> overview().requests().isEmpty());
        assertThat(overview().nodes()).extracting(NodeView::state).containsOnly("hold");
    }
}
