import dev.nodepool.EmbeddedZooKeeper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * How long a launcher takes to answer {@code /node-list} as JSON while ZooKeeper holds many nodes. The launcher is a
 * process of its own, started by its start script; ZooKeeper and the client share the other one.
 *
 * <p>Warm: requests one after the other, at a steady rate, so that every answer that the launcher has to make anew, one a
 * second, is among them. After a change: the first request after a node has changed and the kept answer is too old.
 */
public final class NodeListBench {

    private static final Pattern WEB = Pattern.compile("Status server listens at (\\S+)");
    private static final String RECORD = "{\"state\": \"in-use\", \"state_time\": %d.25, \"created_time\": 1790000000,"
            + " \"cloud\": \"elsewhere\", \"provider\": \"elsewhere\", \"pool\": \"main\", \"type\": [\"debian-%d\"],"
            + " \"allocated_to\": \"200-%010d\", \"az\": \"az1\", \"region\": \"one\", \"public_ipv4\": \"203.0.113.%d\","
            + " \"private_ipv4\": \"10.0.0.%d\", \"public_ipv6\": \"2001:db8::%x\", \"host_id\": null,"
            + " \"interface_ip\": \"203.0.113.%d\", \"connection_port\": 22, \"ssh_port\": 22, \"connection_type\": \"ssh\","
            + " \"image_id\": null, \"launcher\": \"host.example.org-PoolWorker.elsewhere-main-0123456789abcdef\","
            + " \"external_id\": \"5f2c1a3e-0000-4000-8000-%012d\", \"hostname\": \"debian-elsewhere-%010d\","
            + " \"comment\": \"%s\", \"hold_job\": null, \"hold_expiration\": null, \"host_keys\": [\"ssh-ed25519"
            + " AAAAC3NzaC1lZDI1NTE5AAAAIMvC2ZlqKjWmNLyTz8jvEIb0sOH8gV6PtQd9Ov5ow3Wd\"], \"username\": \"zuul\","
            + " \"resources\": {\"cores\": 4, \"ram\": 8192, \"instances\": 1}, \"attributes\": null, \"python_path\":"
            + " \"auto\", \"tenant_name\": \"one\", \"requestor\": \"zuul\", \"user_data\": null, \"driver_data\": null}";

    private final HttpClient http = HttpClient.newHttpClient();
    private final ZooKeeper zooKeeper;
    private final int nodes;

    private NodeListBench(ZooKeeper zooKeeper, int nodes) {
        this.zooKeeper = zooKeeper;
        this.nodes = nodes;
    }

    /** Arguments: the launcher's start script, nodes, requests while warm, changes. */
    public static void main(String[] args) throws Exception {
        Path script = Path.of(args[0]);
        int nodes = Integer.parseInt(args[1]);
        Path directory = Files.createTempDirectory("node-list");
        EmbeddedZooKeeper server = EmbeddedZooKeeper.start();
        CountDownLatch connected = new CountDownLatch(1);
        try (ZooKeeper zooKeeper =
                new ZooKeeper(server.connectString(), 30_000, event -> connected.countDown())) {
            if (!connected.await(30, TimeUnit.SECONDS)) {
                throw new TimeoutException("ZooKeeper does not answer");
            }
            NodeListBench bench = new NodeListBench(zooKeeper, nodes);
            bench.fill();
            Path config = Files.writeString(
                    directory.resolve("nodepool.yaml"), config(server.connectString(), directory));
            Process launcher = new ProcessBuilder(script.toString(), "-f", "-c", config.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                URI list = web(launcher).resolve("/node-list");
                bench.measure(list, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            } finally {
                launcher.destroy();
                if (!launcher.waitFor(10, TimeUnit.SECONDS)) {
                    launcher.destroyForcibly();
                }
            }
        } finally {
            server.close();
        }
    }

    private static String config(String connectString, Path directory) {
        return """
                zookeeper-servers: [{host: 127.0.0.1, port: %s}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                labels: [{name: small}]
                providers:
                  - name: north
                    driver: fake
                    cloud: fake
                    fake-cloud: {state: %s}
                    cloud-images: [{name: image}]
                    pools: [{name: main, max-servers: 1, labels: [{name: small, cloud-image: image, min-ram: 1}]}]
                """.formatted(connectString.replaceAll(".*:(\\d+).*", "$1"), directory.resolve("cloud"));
    }

    private void fill() throws Exception {
        for (String path : List.of("/nodepool", "/nodepool/nodes")) {
            zooKeeper.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
        CountDownLatch answered = new CountDownLatch(2 * nodes);
        for (int id = 1; id <= nodes; id++) {
            zooKeeper.create(
                    path(id),
                    record(id, "as it was"),
                    Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT,
                    (rc, path, context, name) -> answered.countDown(),
                    null);
            zooKeeper.create(
                    path(id) + "/lock",
                    new byte[0],
                    Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT,
                    (rc, path, context, name) -> answered.countDown(),
                    null);
        }
        if (!answered.await(120, TimeUnit.SECONDS)) {
            throw new TimeoutException("the nodes are not all written");
        }
    }

    private void measure(URI list, int requests, int changes) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String body = get(list);
        while (body.split("\"id\": ").length - 1 < nodes) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("the launcher does not show all nodes: " + body.substring(0, 200));
            }
            Thread.sleep(100);
            body = get(list);
        }
        System.out.printf("%d nodes, %d bytes of JSON%n", nodes, body.length());
        steady(list, requests / 4);
        print("warm", steady(list, requests));
        List<Double> after = new ArrayList<>();
        List<Double> seen = new ArrayList<>();
        for (int change = 0; change < changes; change++) {
            Thread.sleep(1_050);
            String comment = "change " + change + " of many";
            zooKeeper.setData(path(1 + change % nodes), record(1 + change % nodes, comment), -1);
            long changed = System.nanoTime();
            String first = get(list);
            after.add(millis(changed));
            while (!first.contains(comment)) {
                Thread.sleep(5);
                first = get(list);
            }
            seen.add(millis(changed));
        }
        print("first answer after a change", after);
        print("change is shown after", seen);
    }

    private List<Double> steady(URI list, int requests) throws Exception {
        List<Double> took = new ArrayList<>();
        for (int request = 0; request < requests; request++) {
            long begin = System.nanoTime();
            http.send(asked(list), BodyHandlers.discarding());
            took.add(millis(begin));
            Thread.sleep(Math.max(1, 20 - Math.round(millis(begin))));
        }
        return took;
    }

    private String get(URI list) throws IOException, InterruptedException {
        return http.send(asked(list), BodyHandlers.ofString()).body();
    }

    private static HttpRequest asked(URI list) {
        return HttpRequest.newBuilder(list)
                .header("Accept", "application/json")
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    private static double millis(long since) {
        return (System.nanoTime() - since) / 1e6;
    }

    private static void print(String what, List<Double> all) {
        List<Double> sorted = new ArrayList<>(all);
        Collections.sort(sorted);
        System.out.printf(
                "%-28s n %5d   p50 %7.1f ms   p90 %7.1f ms   p99 %7.1f ms   max %7.1f ms%n",
                what, sorted.size(), at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), sorted.get(sorted.size() - 1));
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get(Math.min(sorted.size() - 1, (int) Math.ceil(share * sorted.size()) - 1));
    }

    private static URI web(Process launcher) throws Exception {
        BufferedReader lines = launcher.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher web = WEB.matcher(line);
            if (web.find()) {
                Thread drain = new Thread(() -> lines.lines().forEach(more -> {}));
                drain.setDaemon(true);
                drain.start();
                return URI.create(web.group(1));
            }
        }
        throw new IOException("the launcher ended");
    }

    private static String path(int id) {
        return "/nodepool/nodes/%010d".formatted(id);
    }

    private static byte[] record(int id, String comment) {
        return RECORD.formatted(
                        1_790_000_000 + id, id % 7, id, id % 250, id % 250, id, id % 250, id, id, comment)
                .getBytes(StandardCharsets.UTF_8);
    }
}
