package dev.nodepool.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to reach ZooKeeper.
 *
 * @param servers {@code host:port} of each server; IPv6 literals in brackets
 * @param chroot path that stands for the root, empty text for none
 * @param sessionTimeout session timeout to ask for
 * @param tls PEM files for TLS, empty for plain connections
 */
public record ZooKeeperConfig(List<String> servers, String chroot, Duration sessionTimeout, Optional<Tls> tls) {

    public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

    public ZooKeeperConfig {
        servers = List.copyOf(servers);
    }

    /** A plain connection to one server, mostly for tests. */
    public static ZooKeeperConfig of(String hostAndPort) {
        return new ZooKeeperConfig(List.of(hostAndPort), "", DEFAULT_SESSION_TIMEOUT, Optional.empty());
    }

    /** The connect string without the chroot. */
    public String hosts() {
        return String.join(",", servers);
    }

    /**
     * PEM files.
     *
     * @param cert client certificate, may hold the chain
     * @param key its private key
     * @param ca what the server's certificate is verified against
     * @param verifyHostName whether the server's certificate must name the host; off as in kazoo
     */
    public record Tls(Path cert, Path key, Path ca, boolean verifyHostName) {}
}
