package dev.nodepool.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.config.WebConfig;
import dev.nodepool.runner.page.StatusPage;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Readiness;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoints as somebody with curl sees them. */
final class LauncherPagesIT {

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Optional<Overview> overview = Optional.of(Overviews.some());
    private volatile Instant now = Overviews.NOW;
    private StatusServer server;

    @BeforeEach
    void start() throws IOException {
        server = StatusServer.start(
                new WebConfig(0, "127.0.0.1"),
                LauncherPages.of(
                        new StatusPage("launcher.example.org", "1.0"),
                        () -> new Readiness(true, List.of(), List.of()),
                        () -> {
                            asked.incrementAndGet();
                            return CompletableFuture.completedFuture(overview);
                        },
                        () -> now,
                        () -> now.toEpochMilli() * 1_000_000));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<byte[]> send(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.uri() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(10));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, headers);
    }

    private String json(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = get(path, "Accept", "application/json");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
        return body(answer);
    }

    private static String body(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String header(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    @Behaviour("W01")
    void textIsTheTableWithTheHeadersOfPythons() throws Exception {
        HttpResponse<byte[]> answer = get("/label-list");
        assertThat(body(answer)).isEqualTo("""
                        +-----------+
                        | Label     |
                        +-----------+
                        | centos-7  |
                        | debian-12 |
                        +-----------+""");
        assertThat(header(answer, "Content-Type")).isEqualTo("text/plain; charset=UTF-8");
        assertThat(header(answer, "Content-Length")).isEqualTo("83");
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(header(answer, "Cache-Control")).isEqualTo("max-age=1, public");
        assertThat(header(answer, "Last-Modified")).isEqualTo("Sun, 22 Nov 2026 12:11:34 GMT");
        assertThat(header(answer, "Expires")).isEqualTo("Sun, 22 Nov 2026 12:11:35 GMT");
    }

    @Test
    @Behaviour({"W03", "W04", "W05", "W06", "W07"})
    void jsonIsWhatPythonsWas() throws Exception {
        assertThat(json("/label-list")).isEqualTo("[{\"label\": \"centos-7\"}, {\"label\": \"debian-12\"}]");
        assertThat(json("/image-list"))
                .isEqualTo(
                        "[{\"id\": \"0000000001\", \"upload_id\": \"0000000001\", \"provider\": \"cloud-a\", \"image\":"
                                + " \"centos-7\", \"external_name\": \"centos-7-1576922900\", \"external_id\": \"9b1c\","
                                + " \"state\": \"ready\", \"age\": 1576922999}]");
        assertThat(json("/dib-image-list"))
                .isEqualTo("[{\"id\": \"centos-7-0000000001\", \"image\": \"centos-7\", \"builder\": \"nb01\","
                        + " \"formats\": [\"qcow2\", \"raw\"], \"state\": \"ready\", \"age\": 1576922815}]");
        assertThat(json("/image-status"))
                .isEqualTo("[{\"image\": \"centos-7\", \"paused\": false, \"build_request\": null,"
                        + " \"build_request_age\": null}]");
        assertThat(json("/request-list"))
                .startsWith("[{\"id\": \"100-0000000003\", \"relative_priority\": 0, \"state\": \"pending\","
                        + " \"requestor\": \"zuul.example.org\", \"node_types\": [\"centos-7\", \"centos-7\"],"
                        + " \"nodes\": [\"0000000002\"], \"declined_by\": [], \"event_id\": null}, {");
        assertThat(json("/node-list?node_id=0000000002"))
                .startsWith("[{\"id\": \"0000000002\", \"provider\": \"north\", \"label\": [\"centos-7\"],")
                .contains("\"age\": \"01:02:03:04\", \"locked\": \"locked\", \"pool\": \"main\"")
                .endsWith("\"user_data\": null, \"driver_data\": null}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/node-list", "/request-list", "/image-list", "/dib-image-list", "/image-status", "/label-list"})
    void emptyListsAreLists(String path) throws Exception {
        overview = Optional.of(Overviews.EMPTY);
        assertThat(json(path)).isEqualTo("[]");
        assertThat(body(get(path)).lines()).hasSize(4);
    }

    @Test
    @Behaviour("W02")
    void fieldsChooseColumnsOfTheTextInTheOrderOfTheTable() throws Exception {
        String table = """
                +------------+-------------+----------+-------------+
                | ID         | IPv6        | State    | Age         |
                +------------+-------------+----------+-------------+
                | 0000000002 | 2001:db8::1 | building | 01:02:03:04 |
                +------------+-------------+----------+-------------+""";
        assertThat(body(get("/node-list?node_id=0000000002&fields=id,state,age,ipv6")))
                .isEqualTo(table);
        assertThat(body(get("/node-list?fields=ipv6,,age,nonsense,state,id&node_id=0000000002")))
                .isEqualTo(table);
        assertThat(body(get("/label-list?fields=nonsense"))).isEqualTo("++\n||\n++\n\n\n++");
        assertThat(body(get("/label-list?fields="))).isEqualTo(body(get("/label-list")));
        assertThat(json("/label-list?fields=nonsense")).contains("centos-7");
    }

    @Test
    @Behaviour("W05")
    void nodeIdChoosesANodeAndAnUnknownOneNone() throws Exception {
        assertThat(json("/node-list?node_id=0000000009")).isEqualTo("[]");
        assertThat(json("/node-list?node_id=")).contains("0000000001", "0000000002");
        assertThat(json("/node-list?node_id=0000000001")).doesNotContain("0000000002");
    }

    @Test
    void anAnswerIsKeptForASecondAndSaysWhenItWasMade() throws Exception {
        HttpResponse<byte[]> first = get("/node-list");
        now = now.plusMillis(900);
        overview = Optional.of(Overviews.EMPTY);
        HttpResponse<byte[]> second = get("/node-list");
        assertThat(body(second)).isEqualTo(body(first));
        assertThat(header(second, "Last-Modified")).isEqualTo(header(first, "Last-Modified"));
        assertThat(asked).hasValue(1);
        now = now.plusMillis(200);
        assertThat(body(get("/node-list"))).isNotEqualTo(body(first));
        assertThat(asked).hasValue(2);
    }

    @Test
    void isNotSentAgainToWhoHasIt() throws Exception {
        String made = header(get("/node-list"), "Last-Modified");
        HttpResponse<byte[]> again = get("/node-list", "If-Modified-Since", made);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "Last-Modified")).isEqualTo(made);
        assertThat(get("/node-list", "If-Modified-Since", "Sun, 22 Nov 2026 12:11:33 GMT")
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/node-list", "If-Modified-Since", "yesterday").statusCode())
                .isEqualTo(200);
    }

    @Test
    @Behaviour("W10")
    void imageStatusTellsWhetherAnOrderedBuildHasBegun() throws Exception {
        Instant since = now.minusSeconds(90);
        ImageView.Build begun = new ImageView.Build("0000000002", "building", now, "nb01", null, List.of(), List.of());
        overview = Optional.of(new Overview(
                true,
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                List.of(
                        new ImageView("a", true, Optional.empty(), false, List.of()),
                        new ImageView("b", false, Optional.of(since), false, List.of()),
                        new ImageView("c", false, Optional.of(since), true, List.of(begun))),
                List.of()));
        assertThat(json("/image-status"))
                .isEqualTo(
                        "[{\"image\": \"a\", \"paused\": true, \"build_request\": null, \"build_request_age\": null},"
                                + " {\"image\": \"b\", \"paused\": false, \"build_request\": \"pending\","
                                + " \"build_request_age\": 1795349404},"
                                + " {\"image\": \"c\", \"paused\": false, \"build_request\": \"building\","
                                + " \"build_request_age\": 1795349404}]");
        assertThat(body(get("/image-status"))).contains("| b     | False  | pending       | 00:00:01:30       |");
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() throws Exception {
        HttpResponse<byte[]> head = send("HEAD", "/label-list");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "Content-Length")).isEqualTo("83");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void otherMethodsAreRefused(String method) throws Exception {
        HttpResponse<byte[]> answer = send(method, "/node-list");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/label-list/", "/nodes", "/requests", "/requests/", "/requests/1/2", "/requests/9-9"})
    void otherPathsAreNotFound(String path) throws Exception {
        HttpResponse<byte[]> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(body(answer)).isEqualTo("404 Not Found\n\nThe resource could not be found.\n\n   ");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void errorsComeInTheFormThatIsWanted() throws Exception {
        assertThat(body(get("/x", "Accept", "application/json")))
                .isEqualTo("{\"message\": \"The resource could not be found.<br /><br />\\n\\n\\n\", \"code\":"
                        + " \"404 Not Found\", \"title\": \"Not Found\"}");
        assertThat(header(get("/x", "Accept", "text/html"), "Content-Type")).isEqualTo("text/html; charset=UTF-8");
    }

    @Test
    void aQueryThatCanNotBeReadIsRefusedAndTellsNothingOfTheProgram() throws Exception {
        HttpResponse<byte[]> answer = get("/node-list?fields=%ff");
        assertThat(answer.statusCode()).isIn(200, 400);
        assertThat(body(answer)).doesNotContain("Exception", "jetty");
    }

    @Test
    void whatNobodyOffersIsNotAcceptable() throws Exception {
        assertThat(get("/node-list", "Accept", "image/png").statusCode()).isEqualTo(406);
    }

    @Test
    void nothingIsShownBeforeEverythingIsKnown() throws Exception {
        overview = Optional.empty();
        HttpResponse<byte[]> answer = get("/node-list");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(body(answer)).startsWith("503 Service Unavailable\n\n");
        assertThat(body(get("/", "Accept", "text/html"))).contains("not everything in ZooKeeper is known yet");
    }

    @Test
    void longAnswersArePackedForWhoUnderstandsThat() throws Exception {
        overview = Optional.of(new Overview(
                true,
                Collections.nCopies(50, Overviews.node("0000000001", "ready")),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of()));
        HttpResponse<byte[]> packed = get("/node-list", "Accept-Encoding", "br, gzip;q=0.5");
        assertThat(header(packed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(packed.headers().allValues("Vary")).containsExactly("Accept", "Accept-Encoding");
        assertThat(packed.body().length).isLessThan(1_500);
        HttpResponse<byte[]> plain = get("/node-list", "Accept-Encoding", "gzip;q=0");
        assertThat(header(plain, "Content-Encoding")).isEmpty();
        assertThat(new String(
                        new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(),
                        StandardCharsets.UTF_8))
                .isEqualTo(body(plain));
    }

    @Test
    void aRequestTellsWhyItWaits() throws Exception {
        assertThat(json("/requests/200-0000000004"))
                .startsWith("{\"id\": \"200-0000000004\", \"relative_priority\": 0, \"state\": \"requested\"")
                .endsWith(", \"pools\": [{\"provider\": \"north\", \"pool\": \"main\", \"launcher\": \""
                        + Overviews.LAUNCHER
                        + "\", \"effect\": \"waits\", \"code\": \"AT_POOL_LIMIT\", \"reason\":"
                        + " \"the pool has 0 of 5 instances free, the request needs 2\"}]}");
        assertThat(body(get("/requests/200-0000000004")))
                .contains("| 200-0000000004 |")
                .contains("| waits  | AT_POOL_LIMIT | the pool has 0 of 5 instances free, the request needs 2 |");
        assertThat(json("/requests/100-0000000003")).endsWith(", \"pools\": []}");
    }

    @Test
    void thePageMayRunItsOwnScriptAndNothingElse() throws Exception {
        HttpResponse<byte[]> page = get("/");
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=UTF-8");
        assertThat(header(page, "Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(get("/status.css").statusCode()).isEqualTo(200);
        assertThat(header(get("/status.js"), "Content-Type")).isEqualTo("text/javascript; charset=UTF-8");
    }

    @Test
    void aFailureIsToldAndDoesNotStay() throws Exception {
        overview = null;
        assertThat(get("/node-list").statusCode()).isEqualTo(500);
        overview = Optional.of(Overviews.some());
        assertThat(get("/node-list").statusCode()).isEqualTo(200);
    }
}
