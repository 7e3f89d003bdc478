package dev.nodepool.runner.listing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.NodeView;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tables and JSON as Python Nodepool gives them, byte for byte. */
final class ListingsTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_795_349_494);

    private static final NodeView READY = new NodeView(
            new Node(
                    "0000000041",
                    fields(
                            "provider", "north",
                            "type", List.of("debian-10", "big"),
                            "external_id", "5f2c1a",
                            "public_ipv4", "203.0.113.9",
                            "public_ipv6", "2001:db8::9",
                            "state", "ready",
                            "state_time", NOW.getEpochSecond() - 93784.7,
                            "pool", "main",
                            "hostname", "debian-10-north-0000000041",
                            "private_ipv4", "10.0.0.5",
                            "az", "az1",
                            "username", "zuul",
                            "connection_port", 22,
                            "launcher", "h-1-PoolWorker.north-main",
                            "allocated_to", "100-0000000003",
                            "hold_job", null,
                            "comment", null,
                            "user_data", null,
                            "driver_data", Map.of("a", 1))),
            true);

    private static final NodeView BUILDING = new NodeView(
            new Node(
                    "0000000042",
                    fields(
                            "provider",
                            "north",
                            "type",
                            "debian-10",
                            "external_id",
                            null,
                            "state",
                            "building",
                            "state_time",
                            NOW.getEpochSecond() - 12,
                            "connection_port",
                            Map.of("secret", "x"))),
            false);

    private static final NodeView SLOT = new NodeView(
            new Node(
                    "0000000043",
                    fields(
                            "type",
                            List.of(),
                            "external_id",
                            fields("cluster", "東", "n", 1),
                            "state",
                            "stranger",
                            "state_time",
                            NOW.getEpochSecond() + 30)),
            false);

    private static final ImageView CENTOS = new ImageView(
            "centos-7",
            false,
            Optional.of(NOW.minusSeconds(61)),
            false,
            List.of(
                    new ImageView.Build(
                            "0000000002", "deleting", NOW.minusSeconds(3), null, null, List.of(), List.of()),
                    new ImageView.Build(
                            "0000000001",
                            "ready",
                            Instant.ofEpochSecond(1_576_922_815),
                            "nb01",
                            "x",
                            List.of("qcow2", "raw"),
                            List.of(
                                    new ImageView.Upload(
                                            "cloud-b",
                                            "0000000001",
                                            "uploading",
                                            Instant.ofEpochMilli(1_576_922_999_700L),
                                            null,
                                            null),
                                    new ImageView.Upload(
                                            "cloud-a",
                                            "0000000001",
                                            "ready",
                                            Instant.ofEpochSecond(1_576_922_999),
                                            "centos-7-1576922900",
                                            "9b1c")))));

    private static final ImageView PAUSED = new ImageView(
            "arch",
            true,
            Optional.of(NOW.minus(Duration.ofDays(1))),
            true,
            List.of(new ImageView.Build(
                    "9f", "building", NOW.minusSeconds(90), "nb02", "y", List.of("raw"), List.of())));

    @Test
    void showsNoNode() {
        assertThat(Listings.NODES_IN_SHORT.text(List.of(), NOW)).isEqualTo("""
                +----+----------+-------+-----------+-------------+------+-------+-----+--------+
                | ID | Provider | Label | Server ID | Public IPv4 | IPv6 | State | Age | Locked |
                +----+----------+-------+-----------+-------------+------+-------+-----+--------+
                +----+----------+-------+-----------+-------------+------+-------+-----+--------+""");
        assertThat(Listings.NODES.json(List.of(), NOW)).isEqualTo("[]");
    }

    @Test
    void showsOneNode() {
        assertThat(Listings.NODES_IN_SHORT.text(List.of(READY), NOW)).isEqualTo("""
                +------------+----------+---------------+-----------+-------------+-------------+-------+-------------+--------+
                | ID         | Provider | Label         | Server ID | Public IPv4 | IPv6        | State | Age         | Locked |
                +------------+----------+---------------+-----------+-------------+-------------+-------+-------------+--------+
                | 0000000041 | north    | debian-10,big | 5f2c1a    | 203.0.113.9 | 2001:db8::9 | ready | 01:02:03:04 | locked |
                +------------+----------+---------------+-----------+-------------+-------------+-------+-------------+--------+""");
        assertThat(Listings.NODES.json(List.of(READY), NOW))
                .isEqualTo("[{\"id\": \"0000000041\", \"provider\": \"north\", \"label\": [\"debian-10\", \"big\"],"
                        + " \"server_id\": \"5f2c1a\", \"public_ipv4\": \"203.0.113.9\", \"ipv6\": \"2001:db8::9\","
                        + " \"state\": \"ready\", \"age\": \"01:02:03:04\", \"locked\": \"locked\", \"pool\": \"main\","
                        + " \"hostname\": \"debian-10-north-0000000041\", \"private_ipv4\": \"10.0.0.5\", \"AZ\": \"az1\","
                        + " \"username\": \"zuul\", \"connection_port\": 22,"
                        + " \"launcher\": \"h-1-PoolWorker.north-main\", \"allocated_to\": \"100-0000000003\","
                        + " \"hold_job\": null, \"comment\": null, \"user_data\": null, \"driver_data\": {\"a\": 1}}]");
    }

    @Test
    void showsThreeNodesWithNullsAndWideCellsAndStatesOfOthers() {
        assertThat(Listings.NODES_IN_SHORT.text(List.of(READY, BUILDING, SLOT), NOW))
                .isEqualTo("""
                +------------+----------+---------------+---------------------------+-------------+-------------+----------+-------------+----------+
                | ID         | Provider | Label         | Server ID                 | Public IPv4 | IPv6        | State    | Age         | Locked   |
                +------------+----------+---------------+---------------------------+-------------+-------------+----------+-------------+----------+
                | 0000000041 | north    | debian-10,big | 5f2c1a                    | 203.0.113.9 | 2001:db8::9 | ready    | 01:02:03:04 | locked   |
                | 0000000042 | north    | debian-10     |                           |             |             | building | 00:00:00:12 | unlocked |
                | 0000000043 |          |               | {'cluster': '東', 'n': 1} |             |             | stranger | -1:23:59:30 | unlocked |
                +------------+----------+---------------+---------------------------+-------------+-------------+----------+-------------+----------+""");
    }

    @Test
    void showsEveryColumnOfANodeInDetail() {
        assertThat(Listings.NODES.text(List.of(BUILDING), NOW)).isEqualTo("""
                +------------+----------+-----------+-----------+-------------+------+----------+-------------+----------+------+----------+--------------+----+----------+----------+----------+--------------+----------+---------+-----------+-------------+
                | ID         | Provider | Label     | Server ID | Public IPv4 | IPv6 | State    | Age         | Locked   | Pool | Hostname | Private IPv4 | AZ | Username | Port     | Launcher | Allocated To | Hold Job | Comment | User Data | Driver Data |
                +------------+----------+-----------+-----------+-------------+------+----------+-------------+----------+------+----------+--------------+----+----------+----------+----------+--------------+----------+---------+-----------+-------------+
                | 0000000042 | north    | debian-10 |           |             |      | building | 00:00:00:12 | unlocked |      |          |              |    | zuul     | redacted |          |              |          |         |           |             |
                +------------+----------+-----------+-----------+-------------+------+----------+-------------+----------+------+----------+--------------+----+----------+----------+----------+--------------+----------+---------+-----------+-------------+""");
    }

    @Test
    void showsRequests() {
        NodeRequest request = new NodeRequest(
                "100-0000000003",
                fields(
                        "relative_priority",
                        0,
                        "state",
                        "pending",
                        "requestor",
                        "zuul.example.org",
                        "node_types",
                        List.of("centos-7", "centos-7"),
                        "nodes",
                        List.of("0000000001"),
                        "declined_by",
                        List.of("h-1-PoolWorker.b-main"),
                        "event_id",
                        "e1"));
        assertThat(Listings.REQUESTS.text(List.of(request), NOW)).isEqualTo("""
                +----------------+----------+---------+------------------+-------------------+------------+-----------------------+----------+
                | Request ID     | Priority | State   | Requestor        | Node Types        | Nodes      | Declined By           | Event ID |
                +----------------+----------+---------+------------------+-------------------+------------+-----------------------+----------+
                | 100-0000000003 | 0        | pending | zuul.example.org | centos-7,centos-7 | 0000000001 | h-1-PoolWorker.b-main | e1       |
                +----------------+----------+---------+------------------+-------------------+------------+-----------------------+----------+""");
        assertThat(Listings.REQUESTS.json(List.of(request), NOW))
                .isEqualTo(
                        "[{\"id\": \"100-0000000003\", \"relative_priority\": 0, \"state\": \"pending\","
                                + " \"requestor\": \"zuul.example.org\", \"node_types\": [\"centos-7\", \"centos-7\"],"
                                + " \"nodes\": [\"0000000001\"], \"declined_by\": [\"h-1-PoolWorker.b-main\"], \"event_id\": \"e1\"}]");
    }

    @Test
    void showsBuildsByImageAndIdWithThePauseOfTheirImage() {
        assertThat(Listings.BUILDS.text(Listings.builds(List.of(CENTOS, PAUSED)), NOW))
                .isEqualTo("""
                +---------------------+----------+---------+-----------+----------+---------------+
                | ID                  | Image    | Builder | Formats   | State    | Age           |
                +---------------------+----------+---------+-----------+----------+---------------+
                | arch-9f             | arch     | nb02    | raw       | paused   | 00:00:01:30   |
                | centos-7-0000000001 | centos-7 | nb01    | qcow2,raw | ready    | 2528:02:04:39 |
                | centos-7-0000000002 | centos-7 |         |           | deleting | 00:00:00:03   |
                +---------------------+----------+---------+-----------+----------+---------------+""");
        assertThat(Listings.BUILDS.json(Listings.builds(List.of(CENTOS)).subList(0, 1), NOW))
                .isEqualTo("[{\"id\": \"centos-7-0000000001\", \"image\": \"centos-7\", \"builder\": \"nb01\","
                        + " \"formats\": [\"qcow2\", \"raw\"], \"state\": \"ready\", \"age\": 1576922815}]");
    }

    @Test
    void showsUploadsByImageBuildAndProvider() {
        assertThat(Listings.UPLOADS.text(Listings.uploads(List.of(CENTOS)), NOW))
                .isEqualTo("""
                +------------+------------+----------+----------+---------------------+-------------------+-----------+---------------+
                | Build ID   | Upload ID  | Provider | Image    | Provider Image Name | Provider Image ID | State     | Age           |
                +------------+------------+----------+----------+---------------------+-------------------+-----------+---------------+
                | 0000000001 | 0000000001 | cloud-a  | centos-7 | centos-7-1576922900 | 9b1c              | ready     | 2528:02:01:35 |
                | 0000000001 | 0000000001 | cloud-b  | centos-7 |                     |                   | uploading | 2528:02:01:34 |
                +------------+------------+----------+----------+---------------------+-------------------+-----------+---------------+""");
        assertThat(Listings.UPLOADS.json(Listings.uploads(List.of(CENTOS)), NOW))
                .isEqualTo(
                        "[{\"id\": \"0000000001\", \"upload_id\": \"0000000001\", \"provider\": \"cloud-a\","
                                + " \"image\": \"centos-7\", \"external_name\": \"centos-7-1576922900\", \"external_id\": \"9b1c\","
                                + " \"state\": \"ready\", \"age\": 1576922999}, {\"id\": \"0000000001\","
                                + " \"upload_id\": \"0000000001\", \"provider\": \"cloud-b\", \"image\": \"centos-7\","
                                + " \"external_name\": null, \"external_id\": null, \"state\": \"uploading\", \"age\": 1576922999}]");
    }

    @Test
    void showsWhetherAnImageIsPausedAndWaitsForABuild() {
        ImageView idle = new ImageView("bare", false, Optional.empty(), false, List.of());
        assertThat(Listings.IMAGES.text(List.of(PAUSED, idle, CENTOS), NOW)).isEqualTo("""
                +----------+--------+---------------+-------------------+
                | Image    | Paused | Build Request | Build Request Age |
                +----------+--------+---------------+-------------------+
                | arch     | True   | building      | 01:00:00:00       |
                | bare     | False  |               |                   |
                | centos-7 | False  | pending       | 00:00:01:01       |
                +----------+--------+---------------+-------------------+""");
        assertThat(Listings.IMAGES.json(List.of(idle, CENTOS), NOW))
                .isEqualTo("[{\"image\": \"bare\", \"paused\": false, \"build_request\": null,"
                        + " \"build_request_age\": null}, {\"image\": \"centos-7\", \"paused\": false,"
                        + " \"build_request\": \"pending\", \"build_request_age\": 1795349433}]");
    }

    @Test
    void showsLabels() {
        assertThat(Listings.LABELS.text(List.of("centos-7"), NOW)).isEqualTo("""
                +----------+
                | Label    |
                +----------+
                | centos-7 |
                +----------+""");
        assertThat(Listings.LABELS.json(List.of("centos-7"), NOW)).isEqualTo("[{\"label\": \"centos-7\"}]");
    }

    private static Document fields(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        List<@Nullable Object> all = Arrays.asList(keysAndValues);
        for (int at = 0; at < all.size(); at += 2) {
            Object value = all.get(at + 1);
            fields.put(String.valueOf(all.get(at)), value instanceof Document nested ? nested.fields() : value);
        }
        return new Document(fields);
    }
}
