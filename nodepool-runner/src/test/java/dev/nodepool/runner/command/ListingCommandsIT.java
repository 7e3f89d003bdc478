package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.Behaviour;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every listing of the command on a real ZooKeeper. What the cells look like is shown in ListingsTest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ListingCommandsIT {

    /** So that the age does not change while the test runs. */
    private static final long SOME_DAYS_AGO = InstantSource.system().instant().getEpochSecond() - 100 * 86_400 - 43_200;

    private Installation full;
    private Installation empty;

    @BeforeAll
    void start(@TempDir Path one, @TempDir Path other) throws IOException {
        empty = new Installation(other, "");
        full = new Installation(one, "");
        full.write("/nodepool/nodes/0000000002", """
                {"state": "ready", "state_time": %d, "provider": "north", "type": ["debian"], "external_id": "5f2c1a",
                 "public_ipv4": "203.0.113.9", "public_ipv6": "", "pool": "main", "connection_port": 22}""".formatted(SOME_DAYS_AGO));
        full.write(
                "/nodepool/nodes/0000000001",
                "{\"state\": \"building\", \"state_time\": %d, \"provider\": \"north\", \"type\": [\"debian\"]}"
                        .formatted(SOME_DAYS_AGO));
        full.write("/nodepool/requests/100-0000000002", """
                {"state": "requested", "state_time": 1, "node_types": ["debian", "debian"], "nodes": [], "declined_by": [],
                 "requestor": "zuul", "relative_priority": 3}""");
        full.write("/nodepool/requests-lock/100-0000000001", "");
        full.write("/nodepool/images/debian/builds/lock", "");
        full.write(
                "/nodepool/images/debian/builds/0000000001",
                "{\"state\": \"ready\", \"state_time\": %d, \"builder\": \"nb01\", \"formats\": \"qcow2,raw\"}"
                        .formatted(SOME_DAYS_AGO));
        full.write("/nodepool/images/debian/builds/0000000001/providers/north/images/0000000001", """
                {"state": "ready", "state_time": %d, "external_id": "9b1c", "external_name": "debian-1"}""".formatted(
                        SOME_DAYS_AGO));
        full.write("/nodepool/images/arch/pause", "");
        full.write("/nodepool/images/debian/request-build", "");
    }

    @AfterAll
    void stop() {
        full.close();
        empty.close();
    }

    @Test
    @Behaviour("C06")
    void listsNodesById() {
        assertThat(full.run("list")).isZero();
        assertThat(full.out().replaceAll("100:12:00:\\d\\d", "100:12:00:00")).isEqualTo("""
                +------------+----------+--------+-----------+-------------+------+----------+--------------+----------+
                | ID         | Provider | Label  | Server ID | Public IPv4 | IPv6 | State    | Age          | Locked   |
                +------------+----------+--------+-----------+-------------+------+----------+--------------+----------+
                | 0000000001 | north    | debian |           |             |      | building | 100:12:00:00 | unlocked |
                | 0000000002 | north    | debian | 5f2c1a    | 203.0.113.9 |      | ready    | 100:12:00:00 | unlocked |
                +------------+----------+--------+-----------+-------------+------+----------+--------------+----------+
                """);
    }

    @Test
    @Behaviour("C07")
    void listsNodesWithAllColumns() {
        assertThat(full.run("list", "--detail")).isZero();
        assertThat(full.out().lines().toList().get(1))
                .isEqualTo(
                        "| ID         | Provider | Label  | Server ID | Public IPv4 | IPv6 | State    | Age          |"
                                + " Locked   | Pool | Hostname | Private IPv4 | AZ | Username | Port | Launcher |"
                                + " Allocated To | Hold Job | Comment | User Data | Driver Data |");
    }

    @Test
    void listsNodesAsJsonWithAllKeys() {
        assertThat(full.run("list", "--format", "json")).isZero();
        assertThat(full.out())
                .startsWith("[{\"id\": \"0000000001\", \"provider\": \"north\", \"label\": [\"debian\"]")
                .endsWith("\"user_data\": null, \"driver_data\": null}]\n");
    }

    @Test
    @Behaviour("C17")
    void listsRequests() {
        assertThat(full.run("request-list")).isZero();
        assertThat(full.out()).isEqualTo("""
                +----------------+----------+-----------+-----------+---------------+-------+-------------+----------+
                | Request ID     | Priority | State     | Requestor | Node Types    | Nodes | Declined By | Event ID |
                +----------------+----------+-----------+-----------+---------------+-------+-------------+----------+
                | 100-0000000002 | 3        | requested | zuul      | debian,debian |       |             |          |
                +----------------+----------+-----------+-----------+---------------+-------+-------------+----------+
                """);
    }

    @Test
    @Behaviour("C09")
    void listsBuilds() {
        assertThat(full.run("dib-image-list", "--format=json")).isZero();
        assertThat(full.out())
                .isEqualTo("[{\"id\": \"debian-0000000001\", \"image\": \"debian\", \"builder\": \"nb01\", \"formats\":"
                        + " [\"qcow2\", \"raw\"], \"state\": \"ready\", \"age\": " + SOME_DAYS_AGO + "}]\n");
    }

    @Test
    void listsUploads() {
        assertThat(full.run("image-list", "--format=json")).isZero();
        assertThat(full.out())
                .isEqualTo(
                        "[{\"id\": \"0000000001\", \"upload_id\": \"0000000001\", \"provider\": \"north\", \"image\":"
                                + " \"debian\", \"external_name\": \"debian-1\", \"external_id\": \"9b1c\", \"state\": \"ready\","
                                + " \"age\": " + SOME_DAYS_AGO + "}]\n");
    }

    @Test
    @Behaviour("C21")
    void listsTheStatusOfImages() {
        assertThat(full.run("image-status")).isZero();
        assertThat(full.out().replaceAll("00:00:\\d\\d:\\d\\d", "00:00:00:00")).isEqualTo("""
                +--------+--------+---------------+-------------------+
                | Image  | Paused | Build Request | Build Request Age |
                +--------+--------+---------------+-------------------+
                | arch   | True   |               |                   |
                | debian | False  | pending       | 00:00:00:00       |
                +--------+--------+---------------+-------------------+
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "request-list", "dib-image-list", "image-list", "image-status"})
    @Behaviour("C01")
    void listsNothingWhereNothingIs(String command) {
        assertThat(empty.run(command)).as(empty.err()).isZero();
        assertThat(empty.out().lines()).hasSize(4).element(1).asString().startsWith("| ");
        assertThat(empty.run(command, "--format", "json")).isZero();
        assertThat(empty.out()).isEqualTo("[]\n");
    }

    @Test
    void refusesAFormatItDoesNotKnow() {
        assertThat(full.run("list", "--format", "xml")).isEqualTo(2);
        assertThat(full.err()).contains("--format").contains("text, json");
    }
}
