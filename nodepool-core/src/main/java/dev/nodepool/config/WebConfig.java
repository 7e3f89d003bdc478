package dev.nodepool.config;

/**
 * Where the status server listens.
 *
 * @param port TCP port, 0 for a free one
 * @param listenAddress address to bind
 */
public record WebConfig(int port, String listenAddress) {

    public static final int DEFAULT_PORT = 8005;
}
