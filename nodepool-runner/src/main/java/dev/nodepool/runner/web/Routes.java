package dev.nodepool.runner.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Finds the endpoint of a path, exactly as written; a path without one is answered with 404. */
final class Routes extends Handler.Abstract.NonBlocking {

    private static final Answer NOT_FOUND = new Answer(404, "404 Not Found\n\nThe resource could not be found.");
    private static final Answer WRONG_METHOD = new Answer(405, "405 Method Not Allowed\n\nOnly GET and HEAD are.");

    private final Map<String, Endpoint> endpoints;

    Routes(Map<String, Endpoint> endpoints) {
        this.endpoints = Map.copyOf(endpoints);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        send(answer(request, response), HttpMethod.HEAD.is(request.getMethod()), response, callback);
        return true;
    }

    private Answer answer(Request request, Response response) {
        Endpoint endpoint = endpoints.get(Request.getPathInContext(request));
        if (endpoint == null) {
            return NOT_FOUND;
        }
        if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            return WRONG_METHOD;
        }
        return endpoint.answer();
    }

    private static void send(Answer answer, boolean headersOnly, Response response, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=UTF-8");
        if (answer.status() != HttpStatus.OK_200) {
            // A proxy in between must not answer for us after things have changed.
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        }
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(headersOnly ? new byte[0] : body), callback);
    }
}
