package dev.nodepool.driver.openstack;

import static org.awaitility.Awaitility.await;

import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.driver.openstack.fakecloud.FakeNova.FakeServer;
import dev.nodepool.internal.launcher.Launcher;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.reload.ConfigWatch;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.MemoryServer;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.metrics.Stats;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A whole launcher on a tree in memory and the fake cloud, with its time running fast. */
final class LauncherFixture implements AutoCloseable {

    private final CloudFixture cloud;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final MemoryServer server;
    private final MemoryTree user;
    private final Stores stores;
    final Launcher launcher;

    LauncherFixture(CloudFixture cloud, String yaml) {
        this(cloud, cloud.config(yaml));
    }

    private LauncherFixture(CloudFixture cloud, NodepoolConfig config) {
        this.cloud = cloud;
        server = new MemoryServer(new Loop("tree", threads), cloud.time::millis);
        user = server.open();
        var time = new Threads(
                cloud.time, threads, (delay, action) -> cloud.time.after(delay, () -> threads.execute(action)));
        stores = new Stores(server.open(), new Loop("launcher", threads), time, "here");
        launcher = new Launcher(
                config,
                Drivers.of(List.of(new OpenStackDriver())),
                stores,
                (endpoint, limit) -> CompletableFuture.completedFuture(List.of()),
                "here",
                "test");
        launcher.start();
        await().until(() -> user.session().connected());
    }

    /** From now on it follows a file, which has what is in force. */
    ConfigWatch follow(Path file) {
        var loader = new ConfigLoader(List.of(new OpenStackDriver()), cloud.environment());
        var watch = new ConfigWatch(
                stores.threads(),
                stores.loop(),
                loader.load(file, Optional.empty(), Strictness.LENIENT),
                () -> loader.load(file, Optional.empty(), Strictness.LENIENT),
                Stats.NONE,
                launcher::apply);
        watch.start();
        return watch;
    }

    String ask(String... labels) {
        var fields = new HashMap<String, @Nullable Object>();
        var now = cloud.time.millis() / 1e3;
        fields.put("state", "requested");
        fields.put("state_time", now);
        fields.put("node_types", List.of(labels));
        fields.put("requestor", "zuul");
        fields.put("provider", null);
        fields.put("relative_priority", 0);
        fields.put("created_time", now);
        fields.put("event_id", "event");
        fields.put("requestor_data", Map.of("job", "j"));
        get(user.ensure(Layout.REQUESTS));
        return get(user.create(
                        Layout.REQUESTS + "/200-", Json.write(new Document(fields)), Tree.Mode.PERSISTENT_SEQUENTIAL))
                .name();
    }

    NodeRequest request(String id) {
        return new NodeRequest(id, read(Layout.request(id)));
    }

    String state(String request) {
        return request(request).doc().text("state").orElse("");
    }

    Node node(String id) {
        return new Node(id, read(Layout.node(id)));
    }

    List<String> nodes() {
        return get(user.exists(Layout.NODES)).isEmpty()
                ? List.of()
                : get(user.children(Layout.NODES)).stream().sorted().toList();
    }

    private Document read(String path) {
        try {
            return Json.read(get(user.get(path)).data());
        } catch (Json.Unreadable e) {
            throw new AssertionError(e);
        }
    }

    void awaitState(String request, String state) {
        until("request " + request + " is " + state, () -> state(request).equals(state));
    }

    void awaitNoNodes() {
        until("no nodes", () -> nodes().isEmpty());
    }

    void until(String what, java.util.concurrent.Callable<Boolean> holds) {
        try {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(10))
                    .until(holds);
        } catch (RuntimeException e) {
            throw new AssertionError(what + "\n" + describe() + "\n" + cloud.cloud.seen(), e);
        }
    }

    /** Lets so much of the launcher's time pass. */
    void pass(Duration time) {
        cloud.pass(time);
    }

    /** The user has taken the nodes, used them and gives them back. */
    void use(String request) {
        var nodes = request(request).nodes();
        get(user.delete(Layout.request(request), -1));
        for (var node : nodes) {
            get(user.set(Layout.node(node), Json.write(node(node).doc().with("state", "used")), -1));
        }
    }

    /** All records vanish at once, as when somebody erases the tree. */
    void loseNodes() {
        for (var node : nodes()) {
            for (var child : get(user.children(Layout.node(node)))) {
                for (var contender : get(user.children(Layout.node(node) + "/" + child))) {
                    get(user.delete(Layout.node(node) + "/" + child + "/" + contender, -1));
                }
                get(user.delete(Layout.node(node) + "/" + child, -1));
            }
            get(user.delete(Layout.node(node), -1));
        }
    }

    List<FakeServer> servers() {
        return cloud.cloud.nova.servers();
    }

    private String describe() {
        var text = new StringBuilder();
        nodes().forEach(id -> text.append(id).append(' ').append(node(id).doc()).append('\n'));
        servers().forEach(s -> text.append(s.json).append('\n'));
        return text.toString();
    }

    private static <T> T get(CompletableFuture<T> future) {
        return CloudFixture.get(future);
    }

    @Override
    public void close() {
        var stopped = launcher.stop(Duration.ZERO);
        try {
            stopped.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the launcher does not stop", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
