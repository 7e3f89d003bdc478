package dev.nodepool.driver.openstack.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each answer means, and each kind of no answer. */
class FaultsTest {

    private static final Instant NOW = Instant.parse("2024-01-01T00:00:00Z");
    private static final Call CREATE = Call.post(Service.COMPUTE, "servers", "/servers", "{}");
    private static final Call LIST = Call.get(Service.COMPUTE, "servers.detail", "/servers/detail");
    private static final Call DELETE = Call.delete(Service.COMPUTE, "server", "/servers/x");
    private static final Call LOGIN = Call.post(Service.IDENTITY, "tokens", "/auth/tokens", "{}");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | Invalid key_name provided.                                    | INVALID_CONFIGURATION | UNEXPECTED
            401 | The request you have made requires authentication.            | UNAUTHORIZED          | UNAUTHORIZED
            403 | Quota exceeded for instances: Requested 1, but already used 2 | QUOTA_EXCEEDED        | QUOTA_EXCEEDED
            403 | Maximum number of ports exceeded                              | QUOTA_EXCEEDED        | QUOTA_EXCEEDED
            403 | Maximum number of metadata items exceeds 128                  | INVALID_CONFIGURATION | UNAUTHORIZED
            404 | could not be found                                            | NOT_FOUND             | NOT_FOUND
            409 | Quota exceeded for resources: ['floatingip'].                 | QUOTA_EXCEEDED        | QUOTA_EXCEEDED
            409 | Multiple possible networks found                              | UNEXPECTED            | UNEXPECTED
            413 | Quota exceeded for ram                                        | QUOTA_EXCEEDED        | QUOTA_EXCEEDED
            413 | This request was rate-limited.                                | RATE_LIMITED          | RATE_LIMITED
            429 | Too many requests                                             | RATE_LIMITED          | RATE_LIMITED
            500 | Unexpected API Error.                                         | UNCLEAR               | UNAVAILABLE
            502 | Bad gateway                                                   | UNCLEAR               | UNAVAILABLE
            503 | Service unavailable                                           | UNAVAILABLE           | UNAVAILABLE
            504 | Gateway timeout                                               | UNCLEAR               | UNAVAILABLE
            507 | Insufficient storage                                          | UNAVAILABLE           | UNAVAILABLE
            302 | Moved                                                         | UNAVAILABLE           | UNAVAILABLE
            """)
    void tellsByStatusAndText(int status, String text, Fault ofCreate, Fault ofList) {
        var body = "{\"anything\": {\"code\": " + status + ", \"message\": \"" + text + "\"}}";

        assertThat(fault(CREATE, status, body)).isEqualTo(ofCreate);
        assertThat(fault(LIST, status, body)).isEqualTo(ofList);
        assertThat(fault(LOGIN, status, body)).as("a login makes nothing").isNotIn(Fault.UNCLEAR, Fault.NOT_FOUND);
    }

    private static Fault fault(Call call, int status, String body) {
        return of(call, status, body, Map.of()).fault();
    }

    private static DriverException of(Call call, int status, String body, Map<String, List<String>> headers) {
        return Faults.of(call, new Answer(new Stub(status, body, HttpHeaders.of(headers, (a, b) -> true))), NOW);
    }

    @Test
    void saysWhatTheServiceSaid() {
        assertThat(of(LIST, 500, "{\"NeutronError\": {\"type\": \"X\", \"message\": \"boom\"}}", Map.of()))
                .hasMessage("GET compute servers.detail answered 500: boom");
        assertThat(of(LIST, 500, "<html><h1>503</h1>\n <p>Down</p></html>", Map.of()))
                .hasMessage("GET compute servers.detail answered 500: 503 Down");
        assertThat(of(LIST, 500, "", Map.of())).hasMessage("GET compute servers.detail answered 500");
        assertThat(of(LIST, 500, "x".repeat(5000), Map.of()).getMessage()).hasSizeLessThan(500);
    }

    @Test
    void readsWhenToComeBack() {
        assertThat(of(LIST, 429, "", Map.of("Retry-After", List.of("7"))).retryAfter())
                .contains(Duration.ofSeconds(7));
        assertThat(of(LIST, 503, "", Map.of("Retry-After", List.of("Mon, 1 Jan 2024 00:01:00 GMT")))
                        .retryAfter())
                .contains(Duration.ofMinutes(1));
        assertThat(of(LIST, 503, "", Map.of("Retry-After", List.of("Sun, 31 Dec 2023 00:01:00 GMT")))
                        .retryAfter())
                .contains(Duration.ZERO);
        assertThat(of(LIST, 429, "", Map.of("Retry-After", List.of("soon"))).retryAfter())
                .isEmpty();
    }

    @Test
    void believesA404OnlyOfTheServiceItself() {
        var page = "<html>no such page</html>";
        assertThat(fault(DELETE, 404, page)).isEqualTo(Fault.UNAVAILABLE);
        assertThat(fault(DELETE, 404, "[]")).isEqualTo(Fault.UNAVAILABLE);
        assertThat(fault(LOGIN, 404, "{\"error\": {}}")).isEqualTo(Fault.UNAVAILABLE);
        assertThat(fault(Call.delete(Service.IMAGE, "image", "/images/x"), 404, page))
                .isEqualTo(Fault.NOT_FOUND);
    }

    @Test
    void anAnswerThatNeverCameLeavesDoubtOnlyAboutWhatMakesSomething() {
        for (var lost :
                List.of(new IOException("reset"), new HttpTimeoutException("late"), new CancellationException())) {
            assertThat(Faults.lost(CREATE, "", lost).fault()).isEqualTo(Fault.UNCLEAR);
            assertThat(Faults.lost(LIST, "", lost).fault()).isEqualTo(Fault.UNAVAILABLE);
            assertThat(Faults.lost(DELETE, "", lost).fault()).isEqualTo(Fault.UNAVAILABLE);
            assertThat(Faults.lost(LOGIN, "", lost).fault()).isEqualTo(Fault.UNAVAILABLE);
        }
        for (var unsent : List.of(new ConnectException("refused"), new HttpConnectTimeoutException("late"))) {
            assertThat(Faults.lost(CREATE, "", unsent).fault()).isEqualTo(Fault.UNAVAILABLE);
        }
        assertThat(Faults.lost(CREATE, "", new IllegalStateException("bug")).fault())
                .isEqualTo(Fault.UNEXPECTED);
    }

    private record Stub(int statusCode, String text, HttpHeaders headers) implements HttpResponse<byte[]> {
        @Override
        public byte[] body() {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public HttpRequest request() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<HttpResponse<byte[]>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return URI.create("http://x");
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
