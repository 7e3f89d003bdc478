package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.testing.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders about nodes, on a real ZooKeeper, with a fake cloud and without a launcher. */
final class NodeCommandsIT {

    private static final String NODE = "/nodepool/nodes/0000000007";

    @TempDir
    private Path directory;

    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(directory, """
                labels: [{name: debian}]
                providers:
                  - name: north
                    driver: fake
                    cloud: north
                    fake-cloud: {state: %s}
                    cloud-images: [{name: debian}]
                    pools:
                      - {name: main, labels: [{name: debian, cloud-image: debian, min-ram: 4096}]}
                """.formatted(directory.resolve("cloud.json")));
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    private void node(String state, String provider) {
        installation.write(NODE, """
                {"state": "%s", "state_time": 5.5, "provider": "%s", "type": ["debian"], "external_id": "gone"}""".formatted(state, provider));
    }

    private String state() {
        return installation
                .read(NODE)
                .map(it -> it.replaceAll("(?s).*\"state\": ?\"([a-z-]+)\".*", "$1"))
                .orElse("");
    }

    @Test
    void letsTheLauncherDeleteANodeAndShowsIt() {
        node("ready", "north");
        assertThat(installation.run("delete", "0000000007"))
                .as(installation.err())
                .isZero();
        assertThat(installation.out().replaceAll("00:00:00:0\\d", "00:00:00:00"))
                .isEqualTo("""
                +------------+----------+--------+-----------+-------------+------+----------+-------------+----------+
                | ID         | Provider | Label  | Server ID | Public IPv4 | IPv6 | State    | Age         | Locked   |
                +------------+----------+--------+-----------+-------------+------+----------+-------------+----------+
                | 0000000007 | north    | debian | gone      |             |      | deleting | 00:00:00:00 | unlocked |
                +------------+----------+--------+-----------+-------------+------+----------+-------------+----------+
                """);
        assertThat(state()).isEqualTo("deleting");
    }

    @Test
    void deletesANodeAtOnceAndShowsThatItIsGone() {
        node("ready", "north");
        assertThat(installation.run("delete", "--now", "0000000007"))
                .as(installation.err())
                .isZero();
        assertThat(installation.out().lines()).hasSize(4);
        assertThat(installation.read(NODE)).isEmpty();
    }

    @Test
    void deletesAtOnceOnlyWhatItKnowsTheProviderOf() {
        node("ready", "south");
        assertThat(installation.run("delete", "--now", "0000000007")).isZero();
        assertThat(installation.out()).isEqualTo("Provider south for node 0000000007 not defined on this launcher\n");
        assertThat(state()).isEqualTo("ready");
    }

    @Test
    void holdsANode() {
        node("in-use", "north");
        assertThat(installation.run("hold", "0000000007")).isZero();
        assertThat(installation.out()).contains("| hold  |");
        assertThat(state()).isEqualTo("hold");
    }

    @Test
    void saysThatThereIsNoSuchNode() {
        for (String[] args :
                new String[][] {{"delete", "0000000008"}, {"delete", "--now", "0000000008"}, {"hold", "0000000008"}}) {
            assertThat(installation.run(args)).isZero();
            assertThat(installation.out()).isEqualTo("Node id 0000000008 not found\n");
        }
    }

    @Test
    @Behaviour("C25")
    void endsWithOneWhenSomebodyHasTheNodeLocked() {
        node("in-use", "north");
        Installation.get(installation.tree.create(NODE + "/lock", new byte[0], Mode.PERSISTENT));
        Installation.get(installation.tree.create(
                NODE + "/lock/0123456789abcdef0123456789abcdef__lock__", new byte[0], Mode.EPHEMERAL_SEQUENTIAL));
        assertThat(installation.run("delete", "0000000007")).isEqualTo(1);
        assertThat(installation.err())
                .isEqualTo("nodepool delete: error: Timeout trying to acquire lock " + NODE + "/lock\n");
        assertThat(state()).isEqualTo("in-use");
    }

    @Test
    void asksWhoeverIsThereAndDoesNothingWithoutAYes() {
        node("ready", "north");
        installation.questions.somebodyThere = true;
        for (String answer : new String[] {"", "n", "yes"}) {
            installation.questions.answer = Optional.of(answer);
            assertThat(installation.run("delete", "0000000007")).isZero();
            assertThat(installation.out()).isEqualTo("Aborting.\n");
        }
        assertThat(installation.questions.asked)
                .hasSize(3)
                .containsOnly("Delete node 0000000007 of provider north, which is ready? [N/y] ");
        assertThat(state()).isEqualTo("ready");
        installation.questions.answer = Optional.of("Y");
        assertThat(installation.run("delete", "0000000007")).isZero();
        assertThat(state()).isEqualTo("deleting");
        assertThat(installation.run("delete", "--yes", "0000000007")).isZero();
        assertThat(installation.questions.asked).hasSize(4);
    }

    @Test
    void showsWhatThereIsOfAProvider() {
        node("ready", "north");
        installation.write(
                "/nodepool/nodes/0000000008",
                "{\"state\": \"building\", \"state_time\": 5.5, \"provider\": \"north\", \"type\": [\"debian\"]}");
        images();
        assertThat(installation.run("info", "north")).isZero();
        assertThat(installation.out()).isEqualTo("""
                ZooKeeper data for provider north

                Image data:
                +------------+------------+-----------------------+
                | Image Name | Build ID   | Upload IDs            |
                +------------+------------+-----------------------+
                | debian     | 0000000003 | 0000000001,0000000002 |
                +------------+------------+-----------------------+

                Nodes:
                +------------+-----------+
                | ID         | Server ID |
                +------------+-----------+
                | 0000000007 | gone      |
                | 0000000008 | None      |
                +------------+-----------+
                """);
        assertThat(installation.run("info", "north", "--format=json")).isZero();
        assertThat(installation.out())
                .isEqualTo("{\"image_data\": [{\"image\": \"debian\", \"build\": \"0000000003\", \"uploads\":"
                        + " [\"0000000001\", \"0000000002\"]}], \"nodes\": [{\"id\": \"0000000007\", \"server_id\":"
                        + " \"gone\"}, {\"id\": \"0000000008\", \"server_id\": null}]}\n");
        assertThat(installation.run("info", "nowhere")).isZero();
        assertThat(installation.out())
                .contains("+------------+----------+------------+\n")
                .doesNotContain("0000");
    }

    private void images() {
        installation.write("/nodepool/images/debian/builds/0000000003", "{\"state\": \"ready\", \"state_time\": 1}");
        for (String upload :
                new String[] {"north/images/0000000001", "north/images/0000000002", "south/images/0000000001"}) {
            installation.write(
                    "/nodepool/images/debian/builds/0000000003/providers/" + upload,
                    "{\"state\": \"ready\", \"state_time\": 1}");
        }
    }

    @Test
    @Behaviour("C19")
    void erasesAProviderAfterAYesAndNothingElse() {
        node("in-use", "north");
        Installation.get(installation.tree.create(NODE + "/lock", new byte[0], Mode.PERSISTENT));
        Installation.get(installation.tree.create(
                NODE + "/lock/0123456789abcdef0123456789abcdef__lock__", new byte[0], Mode.EPHEMERAL_SEQUENTIAL));
        installation.write(
                "/nodepool/nodes/0000000008", "{\"state\": \"ready\", \"state_time\": 5.5, \"provider\": \"south\"}");
        images();
        assertThat(installation.run("erase", "north")).isZero();
        assertThat(installation.out())
                .isEqualTo("\nWARNING! This action is not reversible!\nAborting. No data erased.\n");
        assertThat(installation.questions.asked).containsExactly("Erase ZooKeeper data for provider north? [N/y] ");
        assertThat(state()).isEqualTo("in-use");
        installation.questions.answer = Optional.of("y");
        assertThat(installation.run("erase", "north")).isZero();
        assertThat(installation.out()).isEqualTo("""

                WARNING! This action is not reversible!
                Erasing build data for north...
                Erasing node data for north...
                """);
        assertThat(installation.read(NODE)).isEmpty();
        assertThat(installation.read("/nodepool/nodes/0000000008")).isPresent();
        assertThat(installation.read("/nodepool/images/debian/builds/0000000003/providers/north"))
                .isEmpty();
        assertThat(installation.read("/nodepool/images/debian/builds/0000000003/providers/south/images/0000000001"))
                .isPresent();
        assertThat(installation.run("erase", "--force", "north")).isZero();
        assertThat(installation.questions.asked).hasSize(2);
    }

    @Test
    void leavesTheCloudAloneWhenItErases() throws IOException {
        assertThat(installation.run("erase", "--force", "north")).isZero();
        assertThat(Files.exists(directory.resolve("cloud.json"))).isFalse();
    }

    @Test
    void aDriverThatIsNotHereIsMissedOnlyByWhatOpensProviders() throws IOException {
        node("ready", "cluster");
        Files.writeString(
                installation.config(),
                Files.readString(installation.config()) + "  - {name: cluster, driver: kubernetes, pools: []}\n");
        assertThat(installation.run("list")).as(installation.err()).isZero();
        assertThat(installation.out()).contains("| 0000000007 | cluster ");
        assertThat(installation.run("info", "cluster")).isZero();
        assertThat(installation.run("hold", "0000000007")).isZero();
        for (String[] args :
                new String[][] {{"delete", "--now", "0000000007"}, {"alien-image-list"}, {"plan"}, {"config-validate"}
                }) {
            assertThat(installation.run(args)).isEqualTo(1);
            assertThat(installation.err())
                    .contains("no driver \"kubernetes\" here")
                    .contains("--driver-path");
        }
        assertThat(state()).isEqualTo("hold");
    }
}
