package dev.nodepool.runner.web;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the endpoint of a path and sends what it answers. A path is one exactly as written, or, when it ends with a slash,
 * the beginning of longer ones; a path without an endpoint is answered with 404.
 */
final class Routes extends Handler.Abstract {

    private static final Logger log = LoggerFactory.getLogger(Routes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, Endpoint> endpoints;

    Routes(Map<String, Endpoint> endpoints) {
        this.endpoints = Map.copyOf(endpoints);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Query query;
        try {
            query = query(request);
        } catch (RuntimeException e) {
            Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
            return true;
        }
        answer(request.getMethod(), query)
                .completeOnTimeout(Refusals.unavailable(query), PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> {
                    try {
                        send(request, query, answer == null ? failed(query, failure) : answer, response, callback);
                    } catch (RuntimeException e) {
                        callback.failed(e);
                    }
                });
        return true;
    }

    private CompletableFuture<Answer> answer(String method, Query query) {
        Endpoint endpoint = endpoint(query.path());
        if (endpoint == null) {
            return CompletableFuture.completedFuture(Refusals.notFound(query));
        }
        if (!HttpMethod.GET.is(method) && !HttpMethod.HEAD.is(method)) {
            return CompletableFuture.completedFuture(Refusals.wrongMethod(query));
        }
        try {
            return endpoint.answer(query).copy();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private @Nullable Endpoint endpoint(String path) {
        Endpoint exact = endpoints.get(path);
        int slash = path.lastIndexOf('/');
        return exact == null && slash > 0 && slash < path.length() - 1
                ? endpoints.get(path.substring(0, slash + 1))
                : exact;
    }

    private static Answer failed(Query query, @Nullable Throwable failure) {
        log.error("No answer to {}", query.path(), failure);
        return Refusals.failed();
    }

    private static Query query(Request request) {
        Map<String, String> parameters = new HashMap<>();
        for (Fields.Field field : Request.extractQueryParameters(request)) {
            parameters.putIfAbsent(field.getName(), field.getValue() == null ? "" : field.getValue());
        }
        Map<String, String> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            String value = field.getValue() == null ? "" : field.getValue();
            headers.merge(field.getName().toLowerCase(Locale.ROOT), value, (some, more) -> some + "," + more);
        }
        return new Query(Request.getPathInContext(request), parameters, headers);
    }

    private static void send(Request request, Query query, Answer answer, Response response, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        if (answer.status() == 304) {
            response.write(true, ByteBuffer.allocate(0), callback);
            return;
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        byte[] body = answer.body().plain();
        if (answer.body().worthPacking()) {
            response.getHeaders().add(HttpHeader.VARY, "Accept-Encoding");
            if (query.acceptsGzip()) {
                response.getHeaders().put(HttpHeader.CONTENT_ENCODING, "gzip");
                body = answer.body().gzip();
            }
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        boolean headersOnly = HttpMethod.HEAD.is(request.getMethod());
        response.write(true, ByteBuffer.wrap(headersOnly ? new byte[0] : body), callback);
    }
}
