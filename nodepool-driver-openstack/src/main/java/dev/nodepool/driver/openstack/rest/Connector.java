package dev.nodepool.driver.openstack.rest;

import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openstack4j.core.transport.HttpExecutorService;
import org.openstack4j.core.transport.HttpRequest;
import org.openstack4j.core.transport.HttpResponse;
import org.openstack4j.model.ModelEntity;

/**
 * Lets openstack4j call through our session: its requests get our token, turn, deadline and metrics, and our faults,
 * which it would otherwise turn into null here and there. Public because openstack4j finds it as a service; of no use
 * without a session of ours. Thread-safe.
 */
public final class Connector implements HttpExecutorService {

    static final String NAME = "nodepool (java.net.http)";

    @Override
    public String getExecutorDisplayName() {
        return NAME;
    }

    @Override
    public <R> HttpResponse execute(HttpRequest<R> request) {
        if (!(request.getConfig().getEndpointURLResolver() instanceof CloudResolver resolver)) {
            throw new IllegalStateException("this connector serves Nodepool's own sessions only");
        }
        try {
            return new ConnectorResponse(OpenStack4j.await(resolver.rest().call(call(request))));
        } finally {
            close(request.getEntity());
        }
    }

    private static void close(@Nullable Object entity) {
        if (entity instanceof InputStream stream) {
            try {
                stream.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Call call(HttpRequest<?> request) {
        var service = CloudResolver.service(request.getEndpoint());
        var path = "/" + request.getPath().replaceFirst("^/*(v[0-9][0-9.]*/)?", "");
        var call = Call.plain(
                service,
                Call.Method.valueOf(request.getMethod().name()),
                OperationName.of(path),
                path + query(request));
        for (var header : request.getHeaders().entrySet()) {
            if (!header.getKey().equalsIgnoreCase("X-Auth-Token") && header.getValue() != null) {
                call = call.with(header.getKey(), String.valueOf(header.getValue()));
            }
        }
        return hasBody(request) ? call.withBody(contentType(request), body(request)) : call;
    }

    private static String query(HttpRequest<?> request) {
        if (!request.hasQueryParams()) {
            return "";
        }
        return request.getQueryParams().entrySet().stream()
                .flatMap(e -> e.getValue().stream().map(value -> encode(e.getKey()) + "=" + encode(value)))
                .collect(Collectors.joining("&", "?", ""));
    }

    private static String encode(Object text) {
        return URLEncoder.encode(String.valueOf(text), StandardCharsets.UTF_8);
    }

    private static boolean hasBody(HttpRequest<?> request) {
        return request.hasJson() || request.getEntity() != null;
    }

    /** A header wins: openstack4j has its content type for patches there only. */
    private static String contentType(HttpRequest<?> request) {
        Map<String, Object> headers = request.getHeaders();
        return headers.entrySet().stream()
                .filter(e -> e.getKey().equalsIgnoreCase("Content-Type"))
                .map(e -> String.valueOf(e.getValue()))
                .findFirst()
                .orElse(request.getContentType());
    }

    private static BodyPublisher body(HttpRequest<?> request) {
        if (request.hasJson()) {
            return BodyPublishers.ofString(request.getJson());
        }
        var entity = request.getEntity();
        if (entity instanceof FileInputStream file) {
            return file(file);
        } else if (entity instanceof InputStream stream) {
            return Bodies.once(stream);
        } else if (entity instanceof ModelEntity model) {
            return BodyPublishers.ofString(Json.write(Json.of(model)));
        } else if (entity instanceof List<?> || entity instanceof Map<?, ?>) {
            return BodyPublishers.ofString(Json.write(Json.tree(entity)));
        }
        throw new IllegalArgumentException("a body of " + entity.getClass());
    }

    /** openstack4j hands over the open file only, but that can be read from its beginning again. */
    private static BodyPublisher file(FileInputStream file) {
        try {
            return Bodies.reopened(
                    () -> {
                        file.getChannel().position(0);
                        return new FilterInputStream(file) {
                            @Override
                            public void close() {
                                // It may have to be read again; who called closes it.
                            }
                        };
                    },
                    file.getChannel().size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
