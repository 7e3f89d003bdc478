package dev.nodepool.runner.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/** Finds the endpoint of a path, exactly as written; a path without one is answered with 404. */
final class Routes extends Handler.Abstract {

    private static final Answer NOT_FOUND = Answer.text(404, "404 Not Found\n\nThe resource could not be found.");
    private static final Answer WRONG_METHOD = new Answer(
            405, Answer.TEXT, "405 Method Not Allowed\n\nOnly GET and HEAD are.", Map.of("Allow", "GET, HEAD"));

    private final Map<String, Endpoint> endpoints;

    Routes(Map<String, Endpoint> endpoints) {
        this.endpoints = Map.copyOf(endpoints);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        send(answer(request), HttpMethod.HEAD.is(request.getMethod()), response, callback);
        return true;
    }

    private Answer answer(Request request) {
        Endpoint endpoint = endpoints.get(Request.getPathInContext(request));
        if (endpoint == null) {
            return NOT_FOUND;
        }
        if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            return WRONG_METHOD;
        }
        return endpoint.answer(query(request));
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

    private static void send(Answer answer, boolean headersOnly, Response response, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        if (answer.status() >= 400) {
            // A proxy in between must not answer for us after things have changed.
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        }
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(headersOnly ? new byte[0] : body), callback);
    }
}
