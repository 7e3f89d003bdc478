package dev.nodepool.runner.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Plain calls to the lab's APIs, past the fault proxy, by which the tests see for themselves. */
final class LabApi {

    /** Usual ports and paths; the lab adds its offset. */
    enum Service {
        IDENTITY(5000, 5001, "/v3"),
        IMAGE(9292, 9293, "/v2"),
        COMPUTE(8774, 8784, "/v2.1"),
        NETWORK(9696, 9697, "/v2.0");

        final int port;
        final int proxiedPort;
        final String path;

        Service(int port, int proxiedPort, String path) {
            this.port = port;
            this.proxiedPort = proxiedPort;
            this.path = path;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final Lab lab;
    private final String token;
    private final JsonNode login;

    private LabApi(Lab lab, String token, JsonNode login) {
        this.lab = lab;
        this.token = token;
        this.login = login;
    }

    static LabApi login(Lab lab, String user) throws IOException, InterruptedException {
        var body = Map.of(
                "auth",
                Map.of(
                        "identity",
                        Map.of(
                                "methods",
                                new String[] {"password"},
                                "password",
                                Map.of(
                                        "user",
                                        Map.of("name", user, "domain", Map.of("id", "default"), "password", "lab"))),
                        "scope",
                        Map.of("project", Map.of("name", user, "domain", Map.of("id", "default")))));
        var answer = new LabApi(lab, "", MissingNode.getInstance())
                .exchange("POST", Service.IDENTITY, "/auth/tokens", JSON.valueToTree(body));
        var token = answer.headers().firstValue("X-Subject-Token").orElseThrow();
        return new LabApi(lab, token, JSON.readTree(answer.body()).path("token"));
    }

    String token() {
        return token;
    }

    String projectId() {
        return login.path("project").path("id").textValue();
    }

    String userId() {
        return login.path("user").path("id").textValue();
    }

    JsonNode get(Service service, String path) throws IOException, InterruptedException {
        return call("GET", service, path, null);
    }

    /** The JSON of the answer; fails on any status that tells of an error. */
    JsonNode call(String method, Service service, String path, Object body) throws IOException, InterruptedException {
        var answer = exchange(method, service, path, body == null ? null : JSON.valueToTree(body));
        return answer.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(answer.body());
    }

    private HttpResponse<String> exchange(String method, Service service, String path, JsonNode body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(lab.url(service) + path))
                .timeout(Duration.ofSeconds(120))
                .header("X-Auth-Token", token)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
                .build();
        var answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            throw new IOException(method + " " + request.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer;
    }

    /** What the project has that could be left behind: a line for each thing, by id. */
    Map<String, String> things() throws IOException, InterruptedException {
        var things = new TreeMap<String, String>();
        for (var server : get(Service.COMPUTE, "/servers/detail").path("servers")) {
            things.put(id(server), "server " + text(server, "name") + " " + text(server, "status"));
        }
        var mine = "?project_id=" + projectId();
        for (var port : get(Service.NETWORK, "/ports" + mine).path("ports")) {
            things.put(id(port), "port of " + text(port, "device_id") + " " + text(port, "status"));
        }
        for (var address : get(Service.NETWORK, "/floatingips" + mine).path("floatingips")) {
            things.put(id(address), "floating IP " + text(address, "floating_ip_address"));
        }
        for (var image : get(Service.IMAGE, "/images?owner=" + projectId()).path("images")) {
            things.put(id(image), "image " + text(image, "name") + " " + text(image, "status"));
        }
        return things;
    }

    private static String id(JsonNode thing) {
        return text(thing, "id");
    }

    private static String text(JsonNode thing, String field) {
        return thing.path(field).asText();
    }
}
