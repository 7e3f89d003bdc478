package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.config.ConfigException;
import dev.nodepool.internal.tree.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodePoolReloadIT {

    private static final String CONFIG = """
            labels: [{name: small}, {name: large}]
            providers:
              - name: fake-one
                cloud: fake
                cloud-images: [{name: debian, username: ci}]
                pools:
                  - name: main
                    labels:
                      - {name: small, cloud-image: debian, min-ram: 8192}
            """;

    @TempDir
    private Path directory;

    private EmbeddedServer zooKeeper;
    private NodePool pool;

    @BeforeEach
    void start() throws IOException {
        zooKeeper = EmbeddedServer.temporary();
        write(CONFIG);
        pool = NodePool.builder()
                .config(directory.resolve("nodepool.yaml"))
                .zooKeeper(zooKeeper.connectString())
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        pool.close();
        zooKeeper.close();
    }

    private void write(String text) throws IOException {
        Files.writeString(directory.resolve("nodepool.yaml"), text);
    }

    @Test
    void servesWhatTheFileSaysAfterAnEdit() throws Exception {
        pool.request("small").get(20, TimeUnit.SECONDS).close();
        write(CONFIG + "          - {name: large, cloud-image: debian, min-ram: 8192}\n");
        pool.reload().get(20, TimeUnit.SECONDS);
        pool.request("large").get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void fileThatCanNotBeUsedLeavesThingsAsTheyWereAndIsNamed() throws Exception {
        write(CONFIG.replace("cloud: fake", "cloud: []"));
        var reload = pool.reload();
        assertThatThrownBy(() -> reload.get(20, TimeUnit.SECONDS)).hasRootCauseInstanceOf(ConfigException.class);
        assertThat(pool.readiness().remarks())
                .singleElement()
                .asString()
                .contains("nodepool.yaml:4:")
                .contains("not in force");
        pool.request("small").get(20, TimeUnit.SECONDS).close();
    }
}
