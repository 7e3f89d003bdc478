package dev.nodepool.config;

import dev.nodepool.config.ZooKeeperConfig.Tls;
import dev.nodepool.driver.config.ConfigSection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads how to reach ZooKeeper; what the secure file says replaces what the main file says. */
record ZooKeeperSchema(ConfigSection main, Optional<ConfigSection> secure, boolean required) {

    private static final int PORT = 2181;
    private static final int TLS_PORT = 2281;

    ZooKeeperConfig read() {
        var mainTls = tls(main);
        var tls = secure.flatMap(ZooKeeperSchema::tls).or(() -> mainTls);
        var port = tls.isPresent() ? TLS_PORT : PORT;
        var mainServers = servers(main, port);
        var servers = secure.map(section -> servers(section, port))
                .filter(list -> !list.isEmpty())
                .orElse(mainServers);
        if (required && servers.isEmpty()) {
            main.error("zookeeper-servers", "none configured (nodepool.yaml or secure file)");
        }
        var timeout = main.number("zookeeper-timeout", 0.001)
                .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)))
                .orElse(ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT);
        var chroot = servers.isEmpty() ? "" : servers.get(servers.size() - 1).chroot();
        return new ZooKeeperConfig(
                servers.stream().map(Server::address).distinct().toList(), chroot, timeout, tls);
    }

    private static List<Server> servers(ConfigSection section, int defaultPort) {
        var entries = section.sections("zookeeper-servers");
        var servers = new ArrayList<Server>();
        for (var entry : entries) {
            var host = entry.requiredText("host");
            var port = entry.port("port").orElse(defaultPort);
            var address = (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
            servers.add(new Server(address, chroot(entry)));
        }
        checkChroots(entries, servers);
        return servers;
    }

    private static String chroot(ConfigSection entry) {
        var chroot = entry.text("chroot").orElse("");
        if (!chroot.isEmpty() && !chroot.startsWith("/")) {
            entry.error("chroot", "must begin with \"/\"");
        }
        return chroot.replaceAll("/+$", "");
    }

    /** A connection has one root: clients take what follows the last server. */
    private static void checkChroots(List<ConfigSection> entries, List<Server> servers) {
        var last = servers.isEmpty() ? "" : servers.get(servers.size() - 1).chroot();
        for (int i = 0; i < servers.size(); i++) {
            var chroot = servers.get(i).chroot();
            if (!chroot.isEmpty() && !chroot.equals(last)) {
                entries.get(i).error("chroot", "one connection has one chroot: put it on the last server");
            }
        }
    }

    private static Optional<Tls> tls(ConfigSection section) {
        return section.section("zookeeper-tls")
                .map(tls -> new Tls(
                        file(tls, "cert"),
                        file(tls, "key"),
                        file(tls, "ca"),
                        tls.bool("verify-hostname").orElse(false)));
    }

    private static Path file(ConfigSection tls, String key) {
        tls.require(key);
        return tls.file(key).orElse(Path.of(""));
    }

    private record Server(String address, String chroot) {}
}
