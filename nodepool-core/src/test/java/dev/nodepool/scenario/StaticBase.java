package dev.nodepool.scenario;

import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A rack of hosts, whose configuration a test writes down in short. */
abstract class StaticBase {

    static final Duration LONG = Duration.ofMinutes(5);

    final Scenario scenario = new Scenario();

    /** One provider with one pool of these hosts, each a mapping without braces. */
    static String rack(String... hosts) {
        return """
                labels: [{name: a}, {name: b}, {name: c}, {name: cloud}]
                providers:
                  - name: rack
                    driver: static
                    pools:
                      - name: main
                        node-attributes: {room: '2.14', row: 3}
                        nodes:
                %s
                """.formatted(
                        Arrays.stream(hosts).map("          - {%s}"::formatted).collect(Collectors.joining("\n")));
    }

    static String host(String name, String labels) {
        return "name: %s, labels: [%s], username: ci, timeout: 5".formatted(name, labels);
    }

    static final String CLOUD = """
              - name: fake-cloud
                cloud: fake
                cloud-images: [{name: image}]
                pools:
                  - name: main
                    max-servers: 20
                    labels: [{name: cloud, cloud-image: image, min-ram: 8192}]
            """;

    /** Ready nodes that belong to no request. */
    List<Node> free() {
        return scenario.nodes().stream()
                .filter(n -> n.state() == NodeState.READY && n.allocatedTo().isEmpty())
                .toList();
    }

    List<Node> free(String host) {
        return free().stream().filter(n -> host.equals(n.hostname())).toList();
    }

    static List<Integer> slots(List<Node> nodes) {
        return nodes.stream()
                .map(n -> ((Number) n.doc().get(Node.SLOT)).intValue())
                .sorted()
                .toList();
    }

    void awaitFree(int count) {
        scenario.passUntil(() -> free().size() == count && scenario.nodes().size() == count, LONG);
    }

    void awaitState(String request, String state) {
        scenario.passUntil(() -> scenario.state(request).equals(state), LONG);
    }

    /** Waits for a request and takes its nodes. */
    List<String> take(String request) {
        awaitState(request, "fulfilled");
        return scenario.accept(request);
    }

    String hostOf(String node) {
        return String.valueOf(scenario.node(node).hostname());
    }
}
