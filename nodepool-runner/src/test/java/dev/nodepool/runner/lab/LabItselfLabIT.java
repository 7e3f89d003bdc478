package dev.nodepool.runner.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nodepool.runner.lab.LabApi.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the other tests rely on: the lab shows what is left in it, its proxy obeys and writes down every call. */
class LabItselfLabIT extends LabBase {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void showsAServerAndItsPortUntilTheyAreGone() throws Exception {
        var api = lab.as("lab");
        var image = api.get(Service.IMAGE, "/images?name=lab-image")
                .at("/images/0/id")
                .textValue();
        var network = api.get(Service.NETWORK, "/networks?name=private")
                .at("/networks/0/id")
                .textValue();
        var made = api.call(
                "POST",
                Service.COMPUTE,
                "/servers",
                Map.of(
                        "server",
                        Map.of("name", "left", "imageRef", image, "flavorRef", "lab.tiny", "networks", new Object[] {
                            Map.of("uuid", network)
                        })));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(api.things().values())
                        .contains("server left ACTIVE")
                        .anyMatch(thing -> thing.startsWith("port of ") && thing.endsWith(" ACTIVE")));
        assertThatThrownBy(() -> assertThat(api.things()).isEmpty()).isInstanceOf(AssertionError.class);
        api.call("DELETE", Service.COMPUTE, "/servers/" + made.at("/server/id").textValue(), null);
        awaitNothingLeft();
    }

    @Test
    void theProxyObeysItsRulesAndWritesEveryCallDown() throws Exception {
        var token = lab.as("lab").token();
        lab.faults()
                .proxy(
                        "compute GET /servers$ status=429 retry-after=7 times=1",
                        "compute GET /flavors$ lost",
                        "compute GET /limits drop",
                        "network GET /ports after=1");
        var refused = send(token, Service.COMPUTE, "/servers");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("7");
        assertThat(send(token, Service.COMPUTE, "/servers").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> send(token, Service.COMPUTE, "/limits")).isInstanceOf(IOException.class);
        var began = System.nanoTime();
        assertThat(send(token, Service.NETWORK, "/ports?device_id=0").statusCode())
                .isEqualTo(200);
        assertThat(System.nanoTime() - began)
                .isGreaterThan(Duration.ofSeconds(1).toNanos());
        assertThatThrownBy(() -> send(token, Service.COMPUTE, "/flavors")).isInstanceOf(IOException.class);

        assertThat(calls().of("compute GET /servers").all())
                .extracting(ProxyLog.Call::outcome)
                .containsExactly("429 by rule", "200");
        // Java's client calls a second time by itself when a kept connection ends without an answer.
        assertThat(calls().of("compute GET /flavors").ended("lost 200").all()).isNotEmpty();
        assertThat(calls().of("compute GET /limits").ended("dropped").all()).isNotEmpty();
        assertThat(calls().of("network GET /ports").ended("200").all()).hasSize(1);
    }

    @Test
    void theProxyCutsAnUpload() throws Exception {
        var api = lab.as("lab");
        var image = api.call(
                        "POST",
                        Service.IMAGE,
                        "/images",
                        Map.of("name", "cut", "disk_format", "raw", "container_format", "bare"))
                .path("id")
                .textValue();
        lab.faults().proxy("image PUT /file$ cut=3000000");
        var upload = HttpRequest.newBuilder(URI.create(lab.proxied(Service.IMAGE) + "/images/" + image + "/file"))
                .header("X-Auth-Token", api.token())
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(new byte[8_000_000]))
                .build();
        assertThatThrownBy(() -> client.send(upload, HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        assertThat(calls().of("image PUT /images/ID/file").ended("cut").all()).hasSize(1);
        assertThat(api.get(Service.IMAGE, "/images/" + image).path("status").textValue())
                .isNotEqualTo("active");
        api.call("DELETE", Service.IMAGE, "/images/" + image, null);
        awaitNothingLeft();
    }

    @Test
    void refusesATokenOnceItIsRevoked() throws Exception {
        var api = lab.as("lab");
        var token = api.token();
        assertThat(send(token, Service.COMPUTE, "/servers").statusCode()).isEqualTo(200);
        lab.revokeTokensOf("lab");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> send(token, Service.COMPUTE, "/servers").statusCode() == 401);
        assertThat(lab.as("lab").things()).isEmpty();
    }

    private HttpResponse<String> send(String token, Service service, String path)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(lab.proxied(service) + path))
                .header("X-Auth-Token", token)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
