package dev.nodepool.scenario;

import com.codahale.metrics.MetricRegistry;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Timer;
import dev.nodepool.drivers.fake.FakeDriver;
import dev.nodepool.internal.launcher.Launcher;
import dev.nodepool.internal.lease.Leases;
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
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.metrics.Stats;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.testing.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper in memory, fake clouds, any number of launchers, a user like Zuul, and a clock that only the test moves.
 * Everything runs on the test's thread.
 */
final class Scenario {

    /** Far more than any honest work at one moment. */
    private static final int BUSY = 200_000;

    /** After this long without a sign of life the server ends a session. */
    static final Duration SESSION = Duration.ofSeconds(10);

    private static final Duration STEP = Duration.ofMillis(50);

    final ManualTime time = new ManualTime();
    final Turns turns;
    final MemoryServer server;
    final SharedCloud cloud;
    final Scans scans = new Scans();
    final Rack rack;
    final Probe userProbe = new Probe();
    final MemoryTree user;
    /** What stands between the launchers started from now on and where their figures go. */
    UnaryOperator<Stats> sink = UnaryOperator.identity();

    private final Map<String, String> contenders = new HashMap<>();
    private final Supplier<UUID> names;
    private int launchers;

    Scenario() {
        this(new Turns(BUSY), UUID::randomUUID, new FakeDriver());
    }

    /**
     * @param turns in what order things happen
     * @param names what is named anew gets
     */
    Scenario(Turns turns, Supplier<UUID> names, FakeDriver fake) {
        this.turns = turns;
        this.names = names;
        server = new MemoryServer(turns, () -> time.instant().toEpochMilli());
        cloud = new SharedCloud(time, timer(turns), turns, fake);
        rack = new Rack(timer(turns), turns);
        user = server.open(userProbe);
        turns.run();
    }

    /** A launcher with a life of its own. */
    final class Running {

        final Probe probe = new Probe();
        final MemoryTree tree = server.open(probe);
        /** Figures of this launcher. */
        final MetricRegistry figures = new MetricRegistry();

        final String name;
        final Stores stores;
        final Launcher launcher;
        final Leases leases;
        private final ConfigLoader loader;
        /** In whose turns it runs. */
        final Executor lane = turns.lane();
        /** How far its clock is from the true one. */
        Duration clockError = Duration.ZERO;

        private boolean alive = true;

        private Running(String yaml) {
            name = "host" + ++launchers;
            var threads = new Threads(() -> time.instant().plus(clockError), lane, timer(lane), names);
            var driver = cloud.driver(() -> alive, probe);
            var drivers = List.of(driver, rack.driver(() -> alive, probe));
            loader = new ConfigLoader(drivers, Map.of());
            stores = new Stores(tree, new Loop(name, lane), threads, name, sink.apply(Stats.of(figures)));
            launcher = new Launcher(
                    parse(yaml),
                    Drivers.of(drivers),
                    stores,
                    rack.keys(() -> alive, probe, scans.scanner(() -> alive, probe)),
                    name,
                    "test");
            leases = new Leases(stores, name);
            stores.loop().execute(leases::start);
            launcher.start();
        }

        /** What it has counted under a name so far. */
        long counted(String figure) {
            return figures.counter(figure).getCount();
        }

        /** What it said last under the name of a gauge. */
        Object gauged(String figure) {
            return figures.gauge(figure).getValue();
        }

        /** Puts another configuration in force. */
        void apply(String yaml) {
            launcher.apply(parse(yaml));
            pass(Duration.ofMillis(200));
        }

        NodepoolConfig parse(String yaml) {
            return loader.loadText("(test)", yaml).config();
        }

        /** From now on it follows a file, which has what is in force. */
        ConfigWatch follow(Path file) {
            var watch = new ConfigWatch(
                    stores.threads(),
                    stores.loop(),
                    loader.load(file, Optional.empty(), Strictness.LENIENT),
                    () -> loader.load(file, Optional.empty(), Strictness.LENIENT),
                    stores.stats(),
                    launcher::apply);
            watch.start();
            turns.run();
            return watch;
        }

        /** Dies between two instructions: no clean-up, and the session ends when the server says so. */
        void kill() {
            alive = false;
            server.vanish(tree);
            time.after(SESSION, () -> server.expire(tree));
        }

        void stop(Duration drain) {
            var stopped = launcher.stop(drain);
            passUntil(stopped::isDone, Duration.ofMinutes(2));
            left();
            turns.run();
        }

        /** Its process ends after it was stopped. */
        void left() {
            alive = false;
            tree.close();
        }
    }

    private Timer timer(Executor executor) {
        return (delay, action) -> time.after(delay, () -> executor.execute(action));
    }

    Running launcher(String yaml) {
        return launcher(yaml, running -> {});
    }

    /** @param first done before it makes its first call */
    Running launcher(String yaml, Consumer<Running> first) {
        var running = begin(yaml, first);
        pass(Duration.ofMillis(200));
        return running;
    }

    /** A launcher that has not done anything yet. */
    Running begin(String yaml, Consumer<Running> first) {
        var running = new Running(yaml);
        first.accept(running);
        return running;
    }

    /** Lets time pass in small steps, with everything done that is due. */
    void pass(Duration duration) {
        turns.run();
        for (var left = duration; !left.isZero() && !left.isNegative(); left = left.minus(STEP)) {
            time.advance(STEP);
            turns.run();
        }
    }

    /** Lets time pass until something holds. */
    void passUntil(Condition condition, Duration limit) {
        for (var left = limit; !left.isNegative(); left = left.minus(STEP)) {
            turns.run();
            if (condition.holds()) {
                return;
            }
            time.advance(STEP);
        }
        throw new AssertionError("not within " + limit + "\n" + describe());
    }

    interface Condition {
        boolean holds();
    }

    /** Asks for nodes as Zuul does. */
    String ask(String... labels) {
        return ask(Map.of(), labels);
    }

    String ask(Map<String, ?> more, String... labels) {
        return write(Json.write(order(more, labels)));
    }

    Document order(Map<String, ?> more, String... labels) {
        var fields = new HashMap<String, @Nullable Object>();
        var now = time.instant().toEpochMilli() / 1e3;
        fields.put("state", "requested");
        fields.put("state_time", now);
        fields.put("node_types", List.of(labels));
        fields.put("requestor", "zuul");
        fields.put("provider", null);
        fields.put("relative_priority", 0);
        fields.put("created_time", now);
        fields.put("event_id", "event");
        fields.put("requestor_data", Map.of("job", "j"));
        fields.putAll(more);
        return new Document(fields);
    }

    /** Asks without waiting for the answer: for use in the middle of something. */
    CompletableFuture<String> askMeanwhile(String... labels) {
        return user.create(
                        Layout.REQUESTS + "/200-", Json.write(order(Map.of(), labels)), Tree.Mode.PERSISTENT_SEQUENTIAL)
                .thenApply(Znode::name);
    }

    String write(byte[] request) {
        await(user.ensure(Layout.REQUESTS));
        return await(user.create(Layout.REQUESTS + "/200-", request, Tree.Mode.PERSISTENT_SEQUENTIAL))
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

    List<Node> nodes() {
        return names(Layout.NODES).stream().map(this::node).toList();
    }

    List<String> names(String path) {
        return await(user.exists(path)).isEmpty()
                ? List.of()
                : await(user.children(path)).stream().sorted().toList();
    }

    /** Locks the nodes of a fulfilled request and removes the request. */
    List<String> accept(String request) {
        var nodes = request(request).nodes();
        for (var node : nodes) {
            var contender = await(user.create(
                    Layout.nodeLock(node) + "/0123456789abcdef0123456789abcdef__lock__",
                    new byte[0],
                    Tree.Mode.EPHEMERAL_SEQUENTIAL));
            contenders.put(node, contender.path());
        }
        await(user.delete(Layout.request(request), -1));
        return nodes;
    }

    /** Sets a locked node on hold and unlocks it. */
    void hold(String node, Document doc) {
        var now = time.instant().toEpochMilli() / 1e3;
        var held = doc.with("state", "hold").with("state_time", now);
        await(user.set(Layout.node(node), Json.write(held), -1));
        await(user.delete(contenders.remove(node), -1));
    }

    /** Says that nodes are used and unlocks them. */
    void giveBack(List<String> nodes) {
        for (var node : nodes) {
            var doc = node(node).doc().with("state", "used");
            await(user.set(Layout.node(node), Json.write(doc), -1));
            await(user.delete(contenders.remove(node), -1));
        }
    }

    /** The whole course of a user: wait for the request, take the nodes, give them back. */
    void use(String request) {
        passUntil(() -> state(request).equals("fulfilled"), Duration.ofMinutes(2));
        giveBack(accept(request));
    }

    /** Labels by launcher id, as the newer registry has them. */
    Map<String, List<String>> registered() {
        var pools = new TreeMap<String, List<String>>();
        for (var name : names(Layout.POOL_COMPONENTS)) {
            var doc = read(Layout.POOL_COMPONENTS + "/" + name);
            pools.put(doc.text("id").orElseThrow(), doc.texts("supported_labels"));
        }
        return pools;
    }

    /** Launches nodes and leaves them as ready stock: their request is withdrawn. */
    void stock(String... labels) {
        var request = ask(labels);
        passUntil(() -> state(request).equals("fulfilled"), Duration.ofMinutes(2));
        await(user.delete(Layout.request(request), -1));
        passUntil(() -> nodes().stream().allMatch(n -> n.allocatedTo().isEmpty()), Duration.ofMinutes(2));
    }

    /** Machines in all clouds that are not about to go. */
    List<Instance> machines() {
        var machines = new ArrayList<Instance>();
        for (var provider : cloud.all()) {
            machines.addAll(await(provider.list()).items());
        }
        return machines;
    }

    Document document(String path) {
        return read(path);
    }

    private Document read(String path) {
        Znode znode = await(user.get(path));
        try {
            return Json.read(znode.data());
        } catch (Json.Unreadable e) {
            throw new AssertionError(path + ": " + e.getMessage());
        }
    }

    <T> T await(CompletableFuture<T> future) {
        turns.run();
        if (!future.isDone()) {
            throw new AssertionError("no answer");
        }
        return future.join();
    }

    /** How things stand, for messages. */
    String describe() {
        var text = new StringBuilder();
        for (var root : List.of(Layout.REQUESTS, Layout.REQUEST_LOCKS, Layout.NODES)) {
            for (var name : names(root)) {
                text.append(root).append('/').append(name);
                if (!root.equals(Layout.REQUEST_LOCKS)) {
                    text.append(' ')
                            .append(new String(
                                    await(user.get(root + "/" + name)).data()));
                }
                text.append('\n');
            }
        }
        return text.toString();
    }
}
