package dev.nodepool.scenario;

import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.model.Document;
import dev.nodepool.scenario.ClusterUsers.Manner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One installation from its first launcher on: storms, calms, and what has to be true in each. */
final class ClusterLife {

    private static final int STORMS = 4;
    private static final int STEPS = 100;

    /** Calm for this long, every request that can be served has been: back-offs and deadlines of clouds are shorter. */
    private static final Duration SERVED = Duration.ofMinutes(20);

    /** Calm for this long, nothing is left: a search for leaks may rest an hour after failures. */
    private static final Duration CLEAN = Duration.ofMinutes(90);

    /** Asked for in calm, on empty clouds: the slowest boots in nine seconds, and quota is short. */
    private static final Duration AT_ONCE = Duration.ofMinutes(3);

    private static final Duration ORDINARY = Duration.ofHours(3);

    /** Users keep nodes for up to five minutes, look for them every few, and there are enough for all of them. */
    private static final Duration AT_WORK = Duration.ofMinutes(30);

    private static final Set<String> STABLE = Set.of("ready", "in-use", "hold");

    private final Cluster cluster;
    private final ClusterReport report;
    private final Instant began;
    private final List<String> log = new ArrayList<>();
    private long checks;

    ClusterLife(long seed, ClusterReport report) {
        cluster = new Cluster(seed, seed % 2 == 0);
        this.report = report;
        began = cluster.scenario.time.instant();
    }

    /** @return a number that differs as soon as anything went otherwise */
    long run() {
        for (var storm = 0; storm < STORMS; storm++) {
            for (var step = 0; step < STEPS; step++) {
                var what = cluster.happen();
                log.add(cluster.scenario.time.instant() + " " + what);
                if (cluster.random.nextInt(3) == 0) {
                    cluster.scenario.turns.run(cluster.random.nextInt(80));
                    continue;
                }
                cluster.pass(Duration.ofMillis(cluster.random.nextInt(cluster.random.nextBoolean() ? 100 : 8_000)));
                cluster.users.act(Manner.SLOW);
                always();
            }
            cluster.calm();
            log.add(cluster.scenario.time.instant() + " calm");
            calm();
            ordinary();
            until(SERVED, () -> cluster.users.waiting().isEmpty(), "requests wait: ");
        }
        report.add(cluster, Duration.between(began, cluster.scenario.time.instant()), checks + cluster.watch.checked());
        return cluster.watch.trace();
    }

    /** Holds at every moment. */
    private void always() {
        check(
                cluster.watch.violations().isEmpty(),
                () -> cluster.watch.violations().toString());
        check(cluster.users.violations.isEmpty(), () -> cluster.users.violations.toString());
        check(
                cluster.limitsMove() || cluster.scenario.cloud.overbooked() == 0,
                () -> "a cloud was asked for more than it has");
        check(cluster.failures() == 0, () -> "an exception that nobody foresaw, see the log");
        var owners = new HashMap<String, String>();
        cluster.watch.documents(Layout.REQUESTS).forEach((id, request) -> {
            for (var node : request.texts("nodes")) {
                var other = owners.put(node, id);
                check(other == null, () -> "node " + node + " is given to " + id + " and to " + other);
            }
        });
    }

    /** Hours in which people only work. */
    private void ordinary() {
        var end = cluster.scenario.time.instant().plus(ORDINARY);
        while (cluster.scenario.time.instant().isBefore(end)) {
            cluster.users.ask(cluster.someLabels(false), true);
            cluster.pass(Duration.ofSeconds(cluster.random.nextInt(1, 240)));
            cluster.users.act(Manner.BUSY);
            always();
            reasons();
            check(cluster.users.waitedLongest() < AT_WORK.toSeconds(), () -> "somebody waits for long: " + state());
        }
    }

    private void calm() {
        until(SERVED, () -> cluster.users.waiting().isEmpty(), "requests wait: ");
        until(CLEAN, this::clean, "something is left: ");
        cluster.users.ask(List.of("a", "b"), true);
        cluster.users.ask(List.of("d"), true);
        var before = cluster.users.ends().getOrDefault("failed", 0);
        until(AT_ONCE, () -> cluster.users.waiting().isEmpty(), "requests made in calm wait: ");
        check(cluster.users.ends().getOrDefault("failed", 0).equals(before), () -> "a request made in calm has failed");
    }

    private void until(Duration limit, Scenario.Condition condition, String failure) {
        var end = cluster.scenario.time.instant().plus(limit);
        var pause = Duration.ofSeconds(1);
        while (true) {
            cluster.users.act(Manner.LEAVING);
            always();
            reasons();
            if (condition.holds()) {
                return;
            }
            check(cluster.scenario.time.instant().isBefore(end), () -> failure + state());
            cluster.pass(pause);
            pause = pause.compareTo(Duration.ofSeconds(30)) < 0 ? pause.plusSeconds(1) : pause;
        }
    }

    /** Whatever waits, every launcher can tell why. */
    private void reasons() {
        var requests = cluster.watch.documents(Layout.REQUESTS);
        for (var id : cluster.users.waiting()) {
            var request = requests.get(id);
            if (request != null && request.text("state").orElse("").equals("requested")) {
                for (var launcher : cluster.launchers) {
                    var reasons = launcher.launcher.reasons(id);
                    cluster.scenario.turns.run();
                    check(
                            !reasons.join().isEmpty() || !launcher.stores.caughtUp(),
                            () -> launcher.name + " can not say why request " + id + " waits: " + request);
                }
            }
        }
    }

    /** Records, locks and machines are as if nothing had ever happened. */
    private boolean clean() {
        var nodes = nodes();
        var machines = machines();
        return leftovers(nodes, machines).isEmpty();
    }

    private Map<String, Document> nodes() {
        var nodes = cluster.watch.documents(Layout.NODES);
        nodes.keySet().removeIf(id -> id.startsWith("odd"));
        return nodes;
    }

    private Map<String, Instance> machines() {
        return cluster.scenario.machines().stream().collect(Collectors.toMap(m -> m.id().toString(), m -> m));
    }

    private Set<String> leftovers(Map<String, Document> nodes, Map<String, Instance> machines) {
        var left = new TreeSet<String>();
        var known = new TreeSet<String>();
        nodes.forEach((id, node) -> {
            var state = node.text("state").orElse("");
            if (!STABLE.contains(state)) {
                left.add("node " + id + " is " + state);
            } else if (node.text("allocated_to").isPresent() && state.equals("ready")) {
                left.add("node " + id + " is kept for request "
                        + node.text("allocated_to").get());
            }
            var machine = String.valueOf(node.get("external_id"));
            known.add(machine);
            if (!machines.containsKey(machine)) {
                left.add("node " + id + " has no machine");
            }
            if (!cluster.scenario.names(Layout.nodeLock(id)).isEmpty()) {
                left.add("node " + id + " is locked");
            }
        });
        machines.forEach((id, machine) -> {
            if (!known.contains(id)) {
                left.add("machine " + id + " of node " + machine.metadata().get(LaunchSpec.NODE_ID) + " has no record");
            }
        });
        for (var request : cluster.scenario.names(Layout.REQUEST_LOCKS)) {
            left.add("lock directory of request " + request);
        }
        if (nodes.values().stream()
                .noneMatch(node -> node.text("state").orElse("").equals("ready")
                        && node.texts("type").equals(List.of("a")))) {
            left.add("no stock of a");
        }
        checks += nodes.size() + machines.size() + 1;
        return left;
    }

    private String state() {
        var requests = cluster.watch.documents(Layout.REQUESTS);
        var waiting = new StringBuilder();
        for (var id : cluster.users.waiting()) {
            waiting.append(id).append(": ").append(requests.get(id)).append('\n');
            for (var launcher : cluster.launchers) {
                var reasons = launcher.launcher.reasons(id);
                cluster.scenario.turns.run();
                waiting.append("   ")
                        .append(launcher.name)
                        .append(": ")
                        .append(reasons.join())
                        .append('\n');
            }
        }
        return waiting + "\n" + leftovers(nodes(), machines()) + "\n" + cluster.scenario.describe();
    }

    private interface Text {
        String get();
    }

    private void check(boolean holds, Text failure) {
        checks++;
        if (!holds) {
            var recent = log.subList(Math.max(0, log.size() - 60), log.size());
            throw new AssertionError(failure.get() + "\nlast of all: " + String.join("\n", recent) + "\nnow "
                    + cluster.scenario.time.instant());
        }
    }
}
