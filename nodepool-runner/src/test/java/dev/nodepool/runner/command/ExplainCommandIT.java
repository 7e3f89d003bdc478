package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explanations put together from a real ZooKeeper and launchers that answer whatever the test wants. */
final class ExplainCommandIT {

    private static final String REQUEST = "200-0000000004";
    private static final String OURS = "here-PoolWorker.north-main-1";

    @TempDir
    private Path directory;

    private Installation installation;
    private HttpServer launcher;
    private int status = 200;
    private String body = "";
    private String asked = "";

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(directory, "");
        launcher = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        launcher.createContext("/", exchange -> {
            asked = exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Accept");
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        launcher.start();
        request("requested", "");
        pool("here-PoolWorker.north-main-1", "north", "main", "debian");
        pool("python-PoolWorker.south-main-2", "south", "main", "debian");
        pool("python-PoolWorker.east-main-3", "east", "main", "other");
    }

    @AfterEach
    void stop() {
        launcher.stop(0);
        installation.close();
    }

    private void request(String state, String declinedBy) {
        installation.write("/nodepool/requests/" + REQUEST, """
                {"state": "%s", "state_time": 1000, "node_types": ["debian"], "nodes": [], "requestor": "zuul",
                 "declined_by": [%s], "relative_priority": 0}""".formatted(state, declinedBy));
    }

    private void pool(String id, String provider, String pool, String label) {
        installation.write("/nodepool/components/pool/" + id + "0000000000", """
                {"id": "%s", "provider_name": "%s", "name": "%s", "supported_labels": ["%s"], "priority": 100,
                 "paused": false}""".formatted(id, provider, pool, label));
    }

    private void daemon(String id, String hostname, String web) {
        installation.write(
                "/nodepool-java/launchers/" + id,
                "{\"hostname\": \"%s\", \"version\": \"1\", \"roles\": [\"launcher\"]%s}"
                        .formatted(hostname, web.isEmpty() ? "" : ", \"web\": \"" + web + "\""));
    }

    private static String thisHost() throws IOException {
        return InetAddress.getLocalHost().getCanonicalHostName();
    }

    private void answering() throws IOException {
        daemon("one", thisHost(), "http://127.0.0.1:" + launcher.getAddress().getPort());
        body = """
                {"id": "200-0000000004", "pools": [{"provider": "north", "pool": "main", "launcher": "%s", "effect": "waits",
                 "code": "AT_POOL_LIMIT", "reason": "the pool has 0 of 5 instances free, the request needs 1"}]}""".formatted(OURS);
    }

    private String table() {
        return installation.out().substring(installation.out().indexOf("+----------+------+-----"));
    }

    @Test
    void putsTogetherWhatAllLaunchersSay() throws IOException {
        answering();
        assertThat(installation.run("explain", REQUEST)).as(installation.err()).isZero();
        assertThat(asked).isEqualTo("/requests/" + REQUEST + " application/json");
        assertThat(installation.out()).contains("| 200-0000000004 | 0        | requested | zuul      | debian     |");
        assertThat(installation.out()).contains("\nIt is requested for ");
        assertThat(table()).isEqualTo("""
                        +----------+------+--------------------------------+---------+---------------+------------------------------------------------------------------------------------+
                        | Provider | Pool | Launcher                       | Answer  | Code          | Reason                                                                             |
                        +----------+------+--------------------------------+---------+---------------+------------------------------------------------------------------------------------+
                        | east     | main | python-PoolWorker.east-main-3  | unknown |               | it does not have all labels                                                        |
                        | north    | main | here-PoolWorker.north-main-1   | waits   | AT_POOL_LIMIT | the pool has 0 of 5 instances free, the request needs 1                            |
                        | south    | main | python-PoolWorker.south-main-2 | unknown |               | its launcher does not tell: one of Python, or not asked, or it has not decided yet |
                        +----------+------+--------------------------------+---------+---------------+------------------------------------------------------------------------------------+
                        """);
    }

    @Test
    void saysItAsJson() throws IOException {
        answering();
        assertThat(installation.run("explain", REQUEST, "--format", "json")).isZero();
        assertThat(installation.out())
                .startsWith("{\"id\": \"200-0000000004\", \"relative_priority\": 0, \"state\": \"requested\"")
                .contains(", \"nodes_found\": [], \"pools\": [{\"provider\": \"east\", \"pool\": \"main\"")
                .contains("\"answer\": \"waits\", \"code\": \"AT_POOL_LIMIT\", \"reason\": \"the pool has 0 of 5")
                .endsWith("], \"silent\": []}\n");
    }

    @Test
    void namesLaunchersThatDoNotAnswerAndWhy() throws IOException {
        answering();
        daemon("two", "elsewhere.example.org", "http://127.0.0.1:1");
        daemon("three", thisHost(), "http://127.0.0.1:" + freePort());
        daemon("four", thisHost(), "");
        daemon("five", thisHost(), "file:///etc/passwd");
        assertThat(installation.run("explain", REQUEST)).as(installation.err()).isZero();
        assertThat(table()).contains("AT_POOL_LIMIT");
        assertThat(installation.out())
                .contains("\nlauncher two at http://127.0.0.1:1 does not tell:"
                        + " it can be asked on host elsewhere.example.org only\n")
                .containsPattern("\nlauncher three at http://127.0.0.1:\\d+ does not tell: can not be reached")
                .contains("\nlauncher four does not tell: it has no status pages\n")
                .contains("\nlauncher five at file:///etc/passwd does not tell: its address is none of HTTP\n");
        status = 500;
        assertThat(installation.run("explain", REQUEST)).isZero();
        assertThat(installation.out()).contains("does not tell: it answers with HTTP status 500");
        status = 200;
        body = "<html>";
        assertThat(installation.run("explain", REQUEST)).isZero();
        assertThat(installation.out()).contains("launcher one at ");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void hearsTheOthersWhenLaunchersHang() throws IOException {
        answering();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (int hanging = 0; hanging < 12; hanging++) {
                daemon("before-" + hanging, thisHost(), "http://127.0.0.1:" + silent.getLocalPort());
            }
            assertThat(installation.run("explain", REQUEST)).isZero();
            assertThat(table()).contains("AT_POOL_LIMIT");
            assertThat(installation.out()).containsPattern("launcher before-11 at \\S+ does not tell: ");
        }
    }

    @Test
    void tellsWhatZooKeeperAloneTells() {
        request("failed", "\"python-PoolWorker.south-main-2\", \"gone-PoolWorker.west-main-9\"");
        assertThat(installation.run("explain", REQUEST)).isZero();
        assertThat(table())
                .containsPattern(
                        "python-PoolWorker.south-main-2 +\\| declined +\\| +\\| its launcher does not tell why")
                .containsPattern("gone-PoolWorker.west-main-9 +\\| declined +\\| +\\| it is not registered any more");
        request("pending", "");
        installation.write("/nodepool/nodes/0000000001", """
                {"state": "building", "state_time": 1000, "provider": "south", "pool": "main", "type": ["debian"],
                 "allocated_to": "200-0000000004", "launcher": "python-PoolWorker.south-main-2"}""");
        assertThat(installation.run("explain", REQUEST)).isZero();
        assertThat(installation.out()).contains("| 0000000001 | south    | debian |");
        assertThat(table())
                .containsPattern("python-PoolWorker.south-main-2 +\\| accepted +\\| +\\| its nodes are of this pool")
                .containsPattern("here-PoolWorker.north-main-1 +\\| unknown +\\| +\\| another pool has it");
    }

    @Test
    void saysThatThereIsNoSuchRequest() {
        assertThat(installation.run("explain", "200-0000000099")).isZero();
        assertThat(installation.out()).isEqualTo("Request id 200-0000000099 not found\n");
        assertThat(installation.run("explain", "../nodes")).isZero();
        assertThat(installation.out()).isEqualTo("Request id ../nodes not found\n");
    }
}
