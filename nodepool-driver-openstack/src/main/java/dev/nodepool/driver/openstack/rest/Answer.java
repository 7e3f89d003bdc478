package dev.nodepool.driver.openstack.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.DriverException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a service answered. */
public record Answer(HttpResponse<byte[]> response) {

    public int status() {
        return response.statusCode();
    }

    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    public String text() {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /**
     * The body as JSON.
     *
     * @throws DriverException when it is something else
     */
    public JsonNode json() throws DriverException {
        return Json.read(response.body());
    }
}
