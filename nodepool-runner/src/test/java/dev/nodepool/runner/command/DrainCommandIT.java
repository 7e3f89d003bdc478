package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders to drain, on a real ZooKeeper; what launchers make of them is shown elsewhere. */
final class DrainCommandIT {

    @TempDir
    private Path directory;

    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(directory, """
                labels: []
                providers:
                  - {name: hosts, driver: static, pools: [{name: main, nodes: []}]}
                """);
        installation.write(
                "/nodepool/components/pool/x0000000000",
                "{\"id\": \"x\", \"provider_name\": \"north\", \"name\": \"main\", \"supported_labels\": []}");
        installation.write(
                "/nodepool/nodes/0000000001",
                "{\"state\": \"ready\", \"state_time\": 1, \"provider\": \"north\", \"pool\": \"main\"}");
        installation.write(
                "/nodepool/nodes/0000000002",
                "{\"state\": \"in-use\", \"state_time\": 1, \"provider\": \"north\", \"pool\": \"other\"}");
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    @Test
    void ordersListsAndTakesBack() {
        assertThat(installation.run("drain", "north")).as(installation.err()).isZero();
        assertThat(installation.out()).isEqualTo("north takes nothing new from now on; nodes: 1 in-use, 1 ready\n");
        assertThat(installation.run("drain", "north/main", "--now")).isZero();
        assertThat(installation.out()).isEqualTo("north/main takes nothing new from now on; nodes: 1 ready\n");
        assertThat(installation.run("drain", "hosts/main")).isZero();
        assertThat(installation.run("drain", "--format", "json")).isZero();
        assertThat(installation.out())
                .containsPattern(
                        "\\[\\{\"provider\": \"hosts\", \"pool\": \"main\", \"ready_nodes_too\": false, \"by\":"
                                + " \"[^\"]+\", \"age\": \\d+}, \\{\"provider\": \"north\", \"pool\": null, .*"
                                + " \\{\"provider\": \"north\", \"pool\": \"main\", \"ready_nodes_too\": true, ");
        assertThat(installation.run("drain", "--undo", "north")).isZero();
        assertThat(installation.out()).isEmpty();
        assertThat(installation.run("drain", "--undo", "north/main")).isZero();
        assertThat(installation.run("drain", "--undo", "hosts/main")).isZero();
        assertThat(installation.run("drain")).isZero();
        assertThat(installation.out()).isEqualTo("""
                +----------+------+-----------------+----+-----+
                | Provider | Pool | Ready Nodes Too | By | Age |
                +----------+------+-----------------+----+-----+
                +----------+------+-----------------+----+-----+
                """);
    }

    @Test
    void knowsWhatCanBeDrained() {
        for (String target : new String[] {"nowhere", "north/nowhere", "hosts/nowhere"}) {
            assertThat(installation.run("drain", target)).isEqualTo(1);
            assertThat(installation.err())
                    .isEqualTo("nodepool drain: error: no launcher serves " + target
                            + ", and it is not configured here\n");
        }
        assertThat(installation.run("drain", "--undo", "a/b/c")).isEqualTo(1);
        assertThat(installation.err())
                .isEqualTo("nodepool drain: error: \"b/c\" can not be the name of a provider or pool\n");
        assertThat(installation.read("/nodepool-java/drain")).isEmpty();
    }

    @Test
    void asksBeforeReadyNodesAreDeleted() {
        installation.questions.somebodyThere = true;
        assertThat(installation.run("drain", "north", "--now")).isZero();
        assertThat(installation.out()).isEqualTo("Aborting.\n");
        assertThat(installation.questions.asked)
                .containsExactly("Drain north and delete its ready nodes (1 in-use, 1 ready)? [N/y] ");
        assertThat(installation.read("/nodepool-java/drain/north")).isEmpty();
        assertThat(installation.run("drain", "north")).isZero();
        assertThat(installation.questions.asked).hasSize(1);
    }
}
