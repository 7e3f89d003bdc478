package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.runner.Program;
import dev.nodepool.testing.CloudFile;
import dev.nodepool.testing.DebianZooKeeper;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Launchers of the built jar beside Debian's ZooKeeper and a client written with kazoo, as a Zuul would use them. */
abstract class ZuulHostBase {

    static final Duration CLIENT = Duration.ofSeconds(150);
    static final Duration START = Duration.ofSeconds(30);

    /** A killed launcher's session has to end, then what it began is looked for in the cloud. */
    private static final Duration CLEAN = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    DebianZooKeeper zooKeeper;

    @BeforeEach
    void startZooKeeper() throws IOException {
        zooKeeper = DebianZooKeeper.plain(directory.resolve("zookeeper"));
    }

    @AfterEach
    void stopZooKeeper() {
        zooKeeper.close();
    }

    /** How many machines are in the fake cloud; none before its first use. */
    static long serversIn(Path state) throws IOException {
        return CloudFile.machines(state).size();
    }

    void awaitNothingLeft() throws Exception {
        onTree(tree -> {
            for (var root : List.of("/nodepool/nodes", "/nodepool/requests", "/nodepool/requests-lock")) {
                await("nothing below " + root)
                        .atMost(CLEAN)
                        .pollInterval(Duration.ofMillis(200))
                        .untilAsserted(() -> assertThat(tree.children(root).get(10, TimeUnit.SECONDS))
                                .isEmpty());
            }
            return true;
        });
    }

    boolean onTree(Look look) throws Exception {
        try (var tree = CuratorTree.open(ZooKeeperConfig.of(zooKeeper.connectString()))) {
            await().atMost(START).until(() -> tree.session().connected());
            return look.at(tree);
        }
    }

    interface Look {
        boolean at(Tree tree) throws Exception;
    }

    HostProgram client(String... options) throws IOException {
        return ZuulClient.start(zooKeeper.connectString(), options);
    }

    /** @param cloud settings of the fake cloud, {@code key: value} with commas */
    Program launcher(String cloud, String labels, String pool) throws IOException {
        return launcher("nodepool.yaml", cloud, labels, pool);
    }

    Program launcher(String file, String cloud, String labels, String pool) throws IOException {
        var config = Files.writeString(directory.resolve(file), """
                zookeeper-servers: [{host: 127.0.0.1, port: %d}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                labels: [%s]
                providers:
                  - name: fake-bench
                    cloud: fake
                    fake-cloud: {%s}
                    cloud-images: [{name: image, username: zuul}]
                    pools:
                      - name: main
                        max-servers: 2000
                        labels: [%s]
                """.formatted(zooKeeper.port(), labels, cloud, pool));
        return Program.startJar("launcher", "-f", "-c", config.toString());
    }
}
