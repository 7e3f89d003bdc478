package dev.nodepool.runner.metrics;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Where statsd listens.
 *
 * @param host name or address, to be looked up each time anew
 * @param port UDP port, 1 to 65535
 */
record StatsdTarget(String host, int port) {

    private static final String DEFAULT_HOST = "localhost";
    private static final int DEFAULT_PORT = 8125;

    /**
     * What {@code STATSD_HOST} and {@code STATSD_PORT} say: either of them is enough; without both there is no statsd.
     *
     * @throws IOException when the port is none; the message is for the operator
     */
    static Optional<StatsdTarget> of(Map<String, String> environment) throws IOException {
        String host = environment.getOrDefault("STATSD_HOST", "").strip();
        String port = environment.getOrDefault("STATSD_PORT", "").strip();
        if (host.isEmpty() && port.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new StatsdTarget(host.isEmpty() ? DEFAULT_HOST : host, port.isEmpty() ? DEFAULT_PORT : port(port)));
    }

    private static int port(String text) throws IOException {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // It is refused below.
        }
        throw new IOException(
                "STATSD_PORT is '%s'; it must be a number from 1 to 65535, or not be set".formatted(text));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
