package dev.nodepool.runner.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.config.WebConfig;
import dev.nodepool.runner.web.Answer;
import dev.nodepool.runner.web.Endpoint;
import dev.nodepool.runner.web.StatusServer;
import dev.nodepool.testing.Proof;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What anybody who reaches the status server may send to it, and that others are served all the same. */
final class HostileWebIT {

    private static final int LIMIT_MILLIS = 20_000;
    private static final int ROUNDS = 2_000;
    private static final int CONNECTIONS = 10_000;

    private StatusServer server;

    @BeforeEach
    void start() throws IOException {
        server = StatusServer.start(
                new WebConfig(0, "127.0.0.1"),
                Map.of(
                        "/ready",
                        Endpoint.immediate(query -> Answer.ok("OK")),
                        "/request/",
                        Endpoint.immediate(query -> Answer.ok(query.path()))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Socket connect() throws IOException {
        var socket = new Socket("127.0.0.1", server.uri().getPort());
        socket.setSoTimeout(LIMIT_MILLIS);
        return socket;
    }

    /** The first line of the answer; empty when the connection is closed without one. */
    private String send(String request) throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return answer.lines().findFirst().orElse("");
        } catch (SocketException reset) {
            return "";
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    }

    private void othersAreServed() throws IOException, InterruptedException {
        var client = HttpClient.newHttpClient();
        var request = HttpRequest.newBuilder(URI.create(server.uri() + "/ready"))
                .timeout(Duration.ofMillis(LIMIT_MILLIS))
                .build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
                .isEqualTo("OK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../etc/passwd",
                "/..%2f..%2fetc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "//etc/passwd",
                "/ready/../../etc/passwd",
                "/ready;x=y/../z",
                "/ready%00.html",
                "/ready%0d%0aX-Evil:%20yes",
                "/\\..\\..\\etc\\passwd",
                "file:///etc/passwd",
                "http://169.254.169.254/"
            })
    void noPathLeadsAnywhereElse(String path) throws Exception {
        var first = send(get(path));
        assertThat(first).doesNotContain(" 200 ").doesNotContain(" 30").doesNotContain(" 500 ");
        othersAreServed();
    }

    @Test
    void longAddressesAreRefused() throws Exception {
        assertThat(send(get("/" + "x".repeat(100_000))))
                .satisfiesAnyOf(
                        line -> assertThat(line).contains(" 414 "),
                        line -> assertThat(line).isEmpty());
        assertThat(send(get("/ready?" + "a=b&".repeat(50_000)))).doesNotContain(" 200 ");
        othersAreServed();
    }

    @Test
    void manyHeadersAreRefused() throws Exception {
        var request = "GET /ready HTTP/1.1\r\nHost: x\r\n" + "X-A: b\r\n".repeat(50_000) + "\r\n";
        assertThat(send(request)).doesNotContain(" 200 ");
        othersAreServed();
    }

    @Test
    void whatIsNoRequestNeitherHangsNorBreaksAnything() throws Exception {
        var seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        var parts = List.of(
                "GET ",
                "HEAD ",
                "POST ",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "/ready",
                "/request/%zz",
                "?a=%u12",
                "*",
                " HTTP/1.1",
                " HTTP/1.0",
                " HTTP/9.9",
                "\r\n",
                "\n",
                "Host: x\r\n",
                "Host: ",
                "Content-Length: -1\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Transfer-Encoding: chunked\r\n",
                "ffffffffffffffff\r\n",
                "Accept: ;;q=,/\r\n",
                "Accept-Encoding: gzip;q=NaN\r\n",
                "If-None-Match: \"\\\r\n",
                "Expect: 100-continue\r\n",
                "\u0000",
                "\u00ff\u00fe",
                "%",
                "..",
                "Range: bytes=0-,1-\r\n",
                "Upgrade: h2c\r\nConnection: Upgrade\r\n");
        for (var round = 0; round < ROUNDS; round++) {
            var text = new StringBuilder(random.nextBoolean() ? "GET /ready HTTP/1.1\r\n" : "");
            for (var i = random.nextInt(12); i >= 0; i--) {
                text.append(parts.get(random.nextInt(parts.size())));
            }
            var first = send(text.toString());
            assertThat(first).as("seed %d: %s", seed, text).doesNotContain(" 500 ");
        }
        othersAreServed();
        Proof.note("Fuzzed HTTP requests", ROUNDS);
    }

    @Test
    void whoeverIsSlowKeepsNobodyWaiting() throws Exception {
        var slow = new ArrayList<Socket>();
        try {
            for (var i = 0; i < 150; i++) {
                var socket = connect();
                socket.getOutputStream().write("GET /ready HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                slow.add(socket);
            }
            for (var i = 0; i < 20; i++) {
                othersAreServed();
            }
        } finally {
            for (var socket : slow) {
                socket.close();
            }
        }
    }

    /** One after the other, a thousand at a time: each is answered, refused or left waiting, and none breaks anything. */
    @Test
    void tenThousandConnectionsLeaveTheServerAlive() throws Exception {
        for (var batch = 0; batch < CONNECTIONS / 1_000; batch++) {
            var open = new ArrayList<Socket>();
            try {
                for (var i = 0; i < 1_000; i++) {
                    var socket = new Socket();
                    socket.setSoTimeout(50);
                    try {
                        socket.connect(
                                new InetSocketAddress("127.0.0.1", server.uri().getPort()), 20);
                        open.add(socket);
                    } catch (SocketTimeoutException | SocketException full) {
                        socket.close();
                        break;
                    }
                }
            } finally {
                for (var socket : open) {
                    socket.close();
                }
            }
        }
        // What waits to be accepted has to be seen as closed first.
        await().atMost(Duration.ofMillis(LIMIT_MILLIS)).ignoreExceptions().untilAsserted(this::othersAreServed);
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("web"))
                        .count())
                .isLessThanOrEqualTo(8);
    }

    @Test
    void answersSayNothingOfTheServerAndAreNotGuessedAt() throws Exception {
        var client = HttpClient.newHttpClient();
        for (var path : List.of("/ready", "/nothing", "/request/x")) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create(server.uri() + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("Server")).isEmpty();
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        }
    }
}
