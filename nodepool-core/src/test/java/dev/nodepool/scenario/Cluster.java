package dev.nodepool.scenario;

import dev.nodepool.driver.Amounts;
import dev.nodepool.drivers.fake.FakeDriver;
import dev.nodepool.drivers.fake.FaultKind;
import dev.nodepool.drivers.fake.FaultRule;
import dev.nodepool.drivers.fake.Operation;
import dev.nodepool.internal.recycle.NodeOrders;
import dev.nodepool.internal.store.DrainOrders;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.scenario.DrawnTurns.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A whole installation that a seed drives: launchers, users, operators and two clouds, with everything going wrong that
 * can. The same seed does the same again.
 */
final class Cluster {

    static final List<String> PROVIDERS = List.of("fake-one", "fake-two");
    static final List<String> LABELS = List.of("a", "b", "c", "d");

    final SplittableRandom random;
    final Scenario scenario;
    final ClusterWatch watch;
    final ClusterUsers users;
    final List<Scenario.Running> launchers = new ArrayList<>();
    final Map<String, Integer> happened = new HashMap<>();
    /** Whether clouds shrink and files change, so that what was asked for may not fit any more. */
    private final boolean limitsMove;

    private boolean lossy;
    private boolean storm;
    private long failures;

    Cluster(long seed, boolean limitsMove) {
        random = new SplittableRandom(seed);
        this.limitsMove = limitsMove;
        var names = random.split();
        var chances = random.split();
        scenario = new Scenario(
                new DrawnTurns(200_000, random.split()),
                () -> new UUID(names.nextLong(), names.nextLong()),
                new FakeDriver(() -> new UUID(names.nextLong(), names.nextLong()), chances::split));
        watch = new ClusterWatch(scenario.server);
        scenario.userProbe.forgetful();
        scenario.userProbe.onAnswer(call -> watch.after(call, "somebody", false));
        users = new ClusterUsers(scenario, watch, random.split());
        start();
        start();
        pass(Duration.ofSeconds(2));
    }

    static String config(int pool, int stock) {
        return new Clouds()
                .label("name: a, max-ready-age: 600, min-ready: " + stock)
                .label("name: b, max-ready-age: 600")
                .label("name: c, max-ready-age: 600")
                .label("name: d, max-ready-age: 600")
                .top("max-hold-age: 900")
                .top("tenant-resource-limits: [{tenant-name: t0, max-servers: 4}, {tenant-name: t1, max-cores: 64}]")
                .provider("fake-one", "instances: 8, boot-seconds: 4, delete-seconds: 1", "launch-timeout: 60")
                .pool("main", "max-servers: " + pool, "a", "b", "c")
                .pool("side", "max-servers: 3", "a", "d")
                .provider("fake-two", "instances: 6, boot-seconds: 9, delete-seconds: 3", "launch-timeout: 60")
                .pool("main", "max-cores: 20", "a", "b", "d")
                .yaml();
    }

    static final String BASE = config(6, 1);

    String start() {
        scenario.begin(BASE, launcher -> {
            launcher.probe.forgetful();
            launcher.probe.onCall(watch::before);
            launcher.probe.onAnswer(call -> watch.after(call, "launcher " + launcher.name, true));
            launcher.probe.loseBefore(call -> loses(launcher.tree));
            launcher.probe.loseAfter(call -> loses(launcher.tree));
            launchers.add(launcher);
        });
        return "start";
    }

    /** Nearly always the connection goes with the answer. */
    private boolean loses(MemoryTree tree) {
        if (!lossy || random.nextInt(60) != 0) {
            return false;
        }
        count("answer lost");
        if (random.nextInt(8) != 0) {
            suspend(tree);
        }
        return true;
    }

    private void suspend(MemoryTree tree) {
        scenario.server.suspend(tree);
        var away = Duration.ofMillis(random.nextInt(1, 12_000));
        if (away.compareTo(Scenario.SESSION) > 0) {
            scenario.time.after(Scenario.SESSION, () -> scenario.server.expire(tree));
        }
        scenario.time.after(away, () -> scenario.server.resume(tree));
    }

    private void count(String what) {
        happened.merge(what, 1, Integer::sum);
    }

    private Scenario.Running one() {
        return launchers.get(random.nextInt(launchers.size()));
    }

    private String provider() {
        return PROVIDERS.get(random.nextInt(PROVIDERS.size()));
    }

    /** Lets time pass; everything happens at the moment it is due. */
    void pass(Duration duration) {
        var end = scenario.time.instant().plus(duration);
        scenario.turns.run();
        for (var due = scenario.time.nextDue();
                due.isPresent() && !due.get().isAfter(end);
                due = scenario.time.nextDue()) {
            var step = Duration.between(scenario.time.instant(), due.get());
            scenario.time.advance(step.isNegative() ? Duration.ZERO : step);
            scenario.turns.run();
        }
        var rest = Duration.between(scenario.time.instant(), end);
        if (!rest.isNegative()) {
            scenario.time.advance(rest);
            scenario.turns.run();
        }
    }

    /** Something happens. */
    String happen() {
        storm = true;
        var what = choose();
        count(what);
        return what;
    }

    private String choose() {
        return switch (random.nextInt(26)) {
            case 0, 1, 2, 3, 4, 5, 6 -> ask();
            case 7 -> {
                users.withdraw();
                yield "withdrawal";
            }
            case 8, 9, 10 -> fault();
            case 11 -> {
                scenario.cloud.all().forEach(cloud -> cloud.faults().clear());
                yield "clouds well";
            }
            case 12 -> kill();
            case 13 -> launchers.size() < 3 ? start() : stop();
            case 14 -> {
                scenario.server.expire(one().tree);
                yield "session expired";
            }
            case 15 -> {
                suspend(one().tree);
                yield "connection cut";
            }
            case 16 -> standStill();
            case 17 -> reload();
            case 18 -> order();
            case 19 -> drain();
            case 20 -> shrink();
            case 21 -> {
                lossy = !lossy;
                yield "weather of the network";
            }
            case 22 -> wrongClock();
            case 23 -> oddRecord();
            case 24 -> cutListing();
            default -> random.nextInt(6) == 0 ? usersDie() : ask();
        };
    }

    private String ask() {
        users.ask(someLabels(true), false);
        return "request";
    }

    List<String> someLabels(boolean odd) {
        var labels = new ArrayList<String>();
        for (var i = 0; i <= random.nextInt(4); i++) {
            labels.add(odd && random.nextInt(60) == 0 ? "unknown" : LABELS.get(random.nextInt(LABELS.size())));
        }
        return labels;
    }

    boolean limitsMove() {
        return limitsMove;
    }

    private String usersDie() {
        users.die();
        return "users die";
    }

    private String fault() {
        var operations = List.of(Operation.CREATE, Operation.CREATE, Operation.BOOT, Operation.DELETE, Operation.LIST);
        var operation = operations.get(random.nextInt(operations.size()));
        var kinds = FaultKind.values();
        var kind = kinds[random.nextInt(kinds.length)];
        if (!limitsMove && kind == FaultKind.QUOTA) {
            kind = FaultKind.HANG;
        }
        var trigger = random.nextBoolean()
                ? new FaultRule.Times(random.nextInt(1, 4))
                : new FaultRule.Chance(random.nextDouble() / 2);
        scenario.cloud
                .cloud(provider())
                .faults()
                .add(new FaultRule(operation, kind, trigger, Duration.ofMillis(random.nextInt(20_000))));
        return "fault " + operation + " " + kind;
    }

    /** At once, or at one of the next calls it makes. */
    private String kill() {
        if (random.nextBoolean()) {
            var victim = one();
            var calls = new AtomicInteger(random.nextInt(1, 60));
            victim.probe.onPoint(point -> {
                if (calls.decrementAndGet() == 0 && launchers.remove(victim)) {
                    end(victim);
                }
            });
            return "kill at a call";
        }
        end(launchers.remove(random.nextInt(launchers.size())));
        return "kill";
    }

    private void end(Scenario.Running victim) {
        failures += victim.stores.loop().failures();
        victim.kill();
        lane(victim).end();
        if (launchers.isEmpty() || random.nextBoolean()) {
            start();
        }
    }

    private static Lane lane(Scenario.Running launcher) {
        return (Lane) launcher.lane;
    }

    private String stop() {
        var leaving = launchers.remove(random.nextInt(launchers.size()));
        var stopped = leaving.launcher.stop(Duration.ofSeconds(random.nextInt(30)));
        stopped.thenRun(() -> {
            failures += leaving.stores.loop().failures();
            leaving.left();
            lane(leaving).end();
        });
        return "stop";
    }

    /** A process stands still for a while, and its session may be over when it goes on. */
    private String standStill() {
        var launcher = one();
        lane(launcher).stop();
        var length = Duration.ofMillis(random.nextInt(20_000));
        if (length.compareTo(Scenario.SESSION) > 0) {
            scenario.time.after(Scenario.SESSION, () -> scenario.server.expire(launcher.tree));
        }
        scenario.time.after(length, lane(launcher)::goOn);
        return "stand still";
    }

    private String reload() {
        one().launcher.apply(one().parse(limitsMove ? config(random.nextInt(3, 7), random.nextInt(3)) : BASE));
        return "reload";
    }

    private String order() {
        var nodes = scenario.names(Layout.NODES);
        var launcher = one();
        if (nodes.isEmpty() || lane(launcher).stopped()) {
            return "nothing";
        }
        var id = nodes.get(random.nextInt(nodes.size()));
        users.spoiled.add(id);
        var orders = new NodeOrders(launcher.stores, Duration.ofSeconds(5));
        var hold = random.nextBoolean();
        launcher.lane.execute(() -> {
            if (hold) {
                orders.hold(id);
            } else {
                orders.delete(id);
            }
        });
        return hold ? "order to hold" : "order to delete";
    }

    private String drain() {
        drain(provider(), random.nextBoolean() ? null : "main", random.nextInt(3) > 0);
        return "drain";
    }

    private void drain(String provider, @Nullable String pool, boolean give) {
        if (give) {
            DrainOrders.give(scenario.user, provider, pool, "somebody", 1, random.nextBoolean());
        } else {
            DrainOrders.takeBack(scenario.user, provider, pool);
        }
    }

    private String shrink() {
        if (!limitsMove) {
            return "nothing";
        }
        scenario.cloud.limit(provider(), new Amounts(Map.of(Amounts.INSTANCES, random.nextLong(1, 8))));
        return "limits of a cloud";
    }

    private String wrongClock() {
        one().clockError = Duration.ofSeconds(random.nextInt(5) == 0 ? random.nextInt(-3_600, 3_600) : 0);
        return "wrong clock";
    }

    private String oddRecord() {
        var odd = List.of(
                "", "{", "[]", "{\"state\": 7}", "{\"state\": \"dancing\"}", "\u0000\u0001", "{\"state\":null}");
        var data = odd.get(random.nextInt(odd.size())).getBytes();
        var root = random.nextBoolean() ? Layout.REQUESTS + "/300-" : Layout.NODES + "/odd";
        scenario.user.create(root, data, Tree.Mode.PERSISTENT_SEQUENTIAL);
        return "odd record";
    }

    private String cutListing() {
        scenario.cloud.extras.machinesCutShort(random.nextBoolean());
        return "lists cut short";
    }

    /** Everything is well again, and stays so. */
    void calm() {
        storm = false;
        lossy = false;
        scenario.cloud.all().forEach(cloud -> cloud.faults().clear());
        scenario.cloud.extras.machinesCutShort(false);
        for (var provider : PROVIDERS) {
            scenario.cloud.limit(provider, Amounts.NONE);
            drain(provider, null, false);
            drain(provider, "main", false);
        }
        pass(Duration.ofSeconds(21));
        if (launchers.isEmpty()) {
            start();
        }
        for (var launcher : launchers) {
            launcher.probe.onPoint(point -> {});
            launcher.clockError = Duration.ZERO;
            launcher.launcher.apply(launcher.parse(BASE));
        }
        pass(Duration.ofSeconds(1));
    }

    boolean stormy() {
        return storm;
    }

    /** Exceptions that nobody foresaw, in all launchers so far. */
    long failures() {
        return failures
                + launchers.stream()
                        .mapToLong(launcher -> launcher.stores.loop().failures())
                        .sum();
    }
}
