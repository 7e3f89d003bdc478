package dev.nodepool.ensemble;

import static org.awaitility.Awaitility.await;

import dev.nodepool.testing.TcpProxy;
import dev.nodepool.testing.ZooKeeperProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three ZooKeeper servers, each a process, whose lines to each other's quorum ports can be cut. */
final class Ensemble implements AutoCloseable {

    static final int SERVERS = 3;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A server that is refused by a new leader tries again; one whose connection breaks wants another election. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final List<ZooKeeperProcess> servers = new ArrayList<>();
    /** The line from a server, by number, to the quorum port of another. */
    private final TcpProxy[][] lines = new TcpProxy[SERVERS][SERVERS];

    Ensemble(Path directory) throws IOException {
        var quorum = new int[SERVERS];
        var election = new int[SERVERS];
        for (var server = 0; server < SERVERS; server++) {
            quorum[server] = ZooKeeperProcess.freePort();
            election[server] = ZooKeeperProcess.freePort();
        }
        for (var from = 0; from < SERVERS; from++) {
            var others = new ArrayList<String>();
            for (var to = 0; to < SERVERS; to++) {
                if (from != to) {
                    lines[from][to] = new TcpProxy(quorum[to], PATIENCE);
                }
                var port = from == to ? quorum[to] : lines[from][to].port();
                others.add("server.%d=127.0.0.1:%d:%d".formatted(to + 1, port, election[to]));
            }
            servers.add(ZooKeeperProcess.start(directory.resolve("server" + (from + 1)), from + 1, others));
        }
        servers.forEach(ZooKeeperProcess::awaitServing);
    }

    String connectString() {
        return servers.stream().map(ZooKeeperProcess::connectString).collect(Collectors.joining(","));
    }

    ZooKeeperProcess server(int number) {
        return servers.get(number);
    }

    /** Number of the server that leads. */
    int leader() {
        var found = new int[1];
        await("one of the servers leads").atMost(LIMIT).until(() -> {
            found[0] = IntStream.range(0, SERVERS)
                    .filter(server -> hasRole(server, "leader"))
                    .findFirst()
                    .orElse(-1);
            return found[0] >= 0;
        });
        return found[0];
    }

    /** Number of a server that follows. */
    int follower() {
        return (leader() + 1) % SERVERS;
    }

    boolean hasRole(int server, String role) {
        return servers.get(server).role().filter(role::equals).isPresent();
    }

    /** Waits for another server to lead than this one. */
    void awaitOtherLeader(int old) {
        await("another server leads")
                .atMost(LIMIT)
                .until(() ->
                        IntStream.range(0, SERVERS).anyMatch(server -> server != old && hasRole(server, "leader")));
    }

    void awaitRole(int server, String role) {
        await("server " + server + " is " + role).atMost(LIMIT).until(() -> hasRole(server, role));
    }

    void awaitNotServing(int server) {
        await("server " + server + " serves nobody")
                .atMost(LIMIT)
                .until(() -> servers.get(server).role().isEmpty());
    }

    /** Cuts a server off from the quorum ports of the others, and theirs from its own. */
    void cutOff(int server) {
        linesOf(server).forEach(TcpProxy::cut);
    }

    void reconnect(int server) {
        linesOf(server).forEach(TcpProxy::mend);
    }

    private List<TcpProxy> linesOf(int server) {
        return IntStream.range(0, SERVERS)
                .filter(other -> other != server)
                .boxed()
                .flatMap(other -> Stream.of(lines[server][other], lines[other][server]))
                .toList();
    }

    @Override
    public void close() {
        servers.forEach(ZooKeeperProcess::close);
        for (var from : lines) {
            for (var line : from) {
                if (line != null) {
                    line.close();
                }
            }
        }
    }
}
