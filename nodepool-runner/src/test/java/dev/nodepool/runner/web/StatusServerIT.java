package dev.nodepool.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.config.WebConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatusServerIT {

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private volatile Answer answer = Answer.ok("OK");
    private StatusServer server;

    @BeforeEach
    void start() throws IOException {
        server = StatusServer.start(
                new WebConfig(0, "127.0.0.1"), Map.of("/ready", Endpoint.immediate(query -> answer)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void servesTheAnswerAsPlainText() throws Exception {
        HttpResponse<String> response = send("GET", "/ready");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("OK");
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=UTF-8");
        assertThat(response.headers().firstValue("Server")).isEmpty();
    }

    @Test
    void keepsTheStatusOfTheAnswer() throws Exception {
        answer = Answer.text(500, "not ready");
        HttpResponse<String> response = send("GET", "/ready");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("not ready");
    }

    @Test
    void answersHeadWithoutBody() throws Exception {
        HttpResponse<String> response = send("HEAD", "/ready");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("Content-Length")).contains("2");
    }

    @Test
    void refusesOtherMethodsAndSaysWhichItKnows() throws Exception {
        HttpResponse<String> response = send("POST", "/ready");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ready/", "/READY", "/node-list", "/x/../ready/.."})
    void knowsNoOtherPath(String path) throws Exception {
        assertThat(send("GET", path).statusCode()).isIn(400, 404);
    }

    @Test
    void refusesHeadersThatAreTooLarge() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.uri() + "/ready"))
                .header("X-Large", "x".repeat(20_000))
                .timeout(Duration.ofSeconds(10))
                .build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(431);
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.uri() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(10))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
