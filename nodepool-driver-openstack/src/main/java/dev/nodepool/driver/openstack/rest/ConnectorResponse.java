package dev.nodepool.driver.openstack.rest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openstack4j.core.transport.ExecutionOptions;
import org.openstack4j.core.transport.HttpEntityHandler;
import org.openstack4j.core.transport.HttpResponse;
import org.openstack4j.core.transport.ObjectMapperSingleton;

/** An answer as openstack4j wants it. It has been read whole, so there is nothing to close. */
record ConnectorResponse(Answer answer) implements HttpResponse {

    @Override
    public <T> T getEntity(Class<T> type) {
        return HttpEntityHandler.handle(this, type, null);
    }

    @Override
    public <T> T getEntity(Class<T> type, @Nullable ExecutionOptions<T> options) {
        return HttpEntityHandler.handle(this, type, options);
    }

    @Override
    public <T> T readEntity(Class<T> type) {
        try {
            return ObjectMapperSingleton.getContext(type)
                    .readerFor(type)
                    .readValue(answer.response().body());
        } catch (IOException e) {
            throw new UncheckedIOException("an answer that openstack4j can not read", e);
        }
    }

    @Override
    public int getStatus() {
        return answer.status();
    }

    @Override
    public String getContentType() {
        return answer.header("Content-Type").orElse("");
    }

    @Override
    public String getStatusMessage() {
        return "HTTP " + answer.status();
    }

    @Override
    public InputStream getInputStream() {
        return new ByteArrayInputStream(answer.response().body());
    }

    @Override
    public @Nullable String header(String name) {
        return answer.header(name).orElse(null);
    }

    @Override
    public Map<String, String> headers() {
        var headers = new LinkedHashMap<String, String>();
        answer.response().headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        return headers;
    }

    @Override
    public void close() {
        // Read whole when it came.
    }
}
