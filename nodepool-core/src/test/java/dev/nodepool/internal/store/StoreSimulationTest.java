package dev.nodepool.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.lifecycle.Lifecycle;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.tree.MemoryLook;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three processes and a foreign one work on the same records while connections, sessions and answers are lost: nobody
 * holds what another one holds, no change is lost, nothing is left behind, and all copies come to show what is there.
 */
class StoreSimulationTest {

    private static final int STEPS = 3000;
    private static final String COUNT = "count";

    /** Changes of a record that were told as made, and those whose outcome the loss of a session hid. */
    private static final class Tally {
        int made;
        int unclear;
    }

    private static final class Hand {
        final Simulation.Process process;
        final List<Held<Node>> held = new ArrayList<>();
        final List<LockHandle> locks = new ArrayList<>();

        Hand(Simulation.Process process) {
            this.process = process;
        }

        List<LockHandle> all() {
            var all = new ArrayList<>(locks);
            held.forEach(h -> all.add(h.lock()));
            return all;
        }
    }

    private Simulation simulation;
    private MemoryTree foreign;
    private final List<Hand> hands = new ArrayList<>();
    private final List<String> foreignContenders = new ArrayList<>();
    private final Map<String, Tally> tallies = new HashMap<>();
    private final Map<String, String> idByToken = new HashMap<>();
    private final List<Throwable> surprises = new ArrayList<>();
    private int tokens;
    private int open;

    /**
     * A few, so that it takes seconds: {@code -Dnodepool.seeds=20000} for many, {@code -Dnodepool.seed=7920} for one. 7920 had a
     * session end between the claim of a node that was never changed and the look whether it was still that one.
     */
    static List<Long> seeds() {
        var only = Long.getLong("nodepool.seed");
        var seeds = new ArrayList<>(List.of(7920L));
        for (var seed = 1L; seed <= Integer.getInteger("nodepool.seeds", 100); seed++) {
            seeds.add(seed);
        }
        return only == null ? seeds : List.of(only);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingIsHeldTwiceLostOrLeftBehind(long seed) {
        simulation = new Simulation(seed);
        foreign = simulation.server.open();
        for (var name : List.of("a", "b", "c")) {
            hands.add(new Hand(simulation.process(name)));
        }
        for (var i = 0; i < STEPS; i++) {
            if (simulation.oneIn(6)) {
                var hand = simulation.any(hands);
                hand.process.stores.loop().execute(() -> act(hand));
            }
            if (simulation.oneIn(40)) {
                actAsOther();
            }
            simulation.step();
            nobodyHoldsWhatAnotherHolds();
        }
        end();
        copiesShowWhatIsThere();
        noChangeIsLost();
    }

    private void end() {
        simulation.calm();
        for (var hand : hands) {
            hand.held.forEach(h -> hand.process.stores.nodes().release(h));
            hand.locks.forEach(hand.process.stores.locks()::release);
            hand.held.clear();
            hand.locks.clear();
        }
        foreignContenders.forEach(path -> foreign.delete(path, -1));
        simulation.calm();
        assertThat(open).as("calls that were never answered").isZero();
        assertThat(surprises).isEmpty();
        for (var hand : hands) {
            assertThat(hand.process.stores.loop().failures()).isZero();
        }
        for (var id : simulation.children(Layout.NODES)) {
            assertThat(simulation.children(Layout.nodeLock(id)))
                    .as("contenders nobody knows")
                    .isEmpty();
        }
    }

    private void nobodyHoldsWhatAnotherHolds() {
        var dirs = new HashSet<String>();
        for (var hand : hands) {
            for (var lock : hand.all()) {
                if (MemoryLook.get(simulation.server, lock.contender()).isPresent()) {
                    assertThat(dirs.add(lock.dir())).as("held twice: " + lock).isTrue();
                    var name = lock.contender().substring(lock.dir().length() + 1);
                    assertThat(Locks.before(simulation.children(lock.dir()), name))
                            .as("held with another one before: " + lock)
                            .isEmpty();
                }
            }
        }
    }

    private void copiesShowWhatIsThere() {
        for (var hand : hands) {
            var cache = hand.process.stores.nodes().cache();
            assertThat(hand.process.stores.caughtUp()).isTrue();
            assertThat(cache.all().stream().map(Entry::id).toList())
                    .containsExactlyInAnyOrderElementsOf(simulation.children(Layout.NODES));
            for (var entry : cache.all()) {
                var there = MemoryLook.get(simulation.server, Layout.node(entry.id()))
                        .orElseThrow();
                assertThat(entry.stat())
                        .usingRecursiveComparison()
                        .ignoringFields("children")
                        .isEqualTo(there.stat());
                assertThat(entry.readable().map(n -> new String(Json.write(n.doc()))))
                        .isEqualTo(entry.readable().map(n -> new String(there.data())));
                assertThat(cache.locked(entry.id())).isFalse();
                assertThat(cache.outdated(entry.id())).isFalse();
            }
            assertThat(cache.settled()).isCompleted();
        }
    }

    private void noChangeIsLost() {
        Set<String> seen = new HashSet<>();
        for (var id : simulation.children(Layout.NODES)) {
            var node = read(id);
            if (node == null || node.launchToken().isEmpty()) {
                continue;
            }
            var token = node.launchToken().get();
            assertThat(seen.add(token)).as("made twice: " + token).isTrue();
            // What was made and removed by others before we could look is made again.
            var told = idByToken.getOrDefault(token, id);
            assertThat(told.equals(id) || read(told) == null)
                    .as("told as " + told)
                    .isTrue();
            var tally = tallies.getOrDefault(id, new Tally());
            assertThat((int) node.doc().number(COUNT, 0))
                    .as("changes of " + id)
                    .isBetween(tally.made, tally.made + tally.unclear);
        }
    }

    private @Nullable Node read(String id) {
        try {
            return RecordKind.NODE.decode(
                    id,
                    MemoryLook.get(simulation.server, Layout.node(id))
                            .orElseThrow()
                            .data());
        } catch (Json.Unreadable odd) {
            return null;
        }
    }

    // ---- what the processes do

    private void act(Hand hand) {
        hand.held.removeIf(h -> !h.lock().valid(hand.process.tree.session()));
        hand.locks.removeIf(l -> !l.valid(hand.process.tree.session()));
        switch (simulation.random.nextInt(8)) {
            case 0 -> create(hand);
            case 1, 2 -> claim(hand);
            case 3 -> lock(hand);
            default -> {
                if (!hand.held.isEmpty()) {
                    use(hand, hand.held.remove(simulation.random.nextInt(hand.held.size())));
                } else if (!hand.locks.isEmpty()) {
                    watched(hand.process.stores.locks().release(hand.locks.remove(0)));
                }
            }
        }
    }

    private void create(Hand hand) {
        if (simulation.children(Layout.NODES).size() > 8) {
            return;
        }
        var token = "t" + tokens++;
        var document = StoreFixture.node(Map.of(Node.LAUNCH_TOKEN, token, COUNT, 0));
        watched(hand.process.stores.nodes().create("", document, NodeEvent.RECORD, Mode.PERSISTENT_SEQUENTIAL))
                .whenComplete((entry, failure) -> {
                    if (entry != null) {
                        idByToken.put(token, entry.id());
                    }
                });
    }

    private void claim(Hand hand) {
        var entries = hand.process.stores.nodes().cache().all().stream()
                .filter(e -> e.readable().isPresent())
                .toList();
        if (entries.isEmpty()) {
            return;
        }
        var entry = simulation.any(entries);
        var event = next(entry.record());
        counted(entry.id(), watched(hand.process.stores.nodes().claim(entry, event, more(entry.record()))))
                .thenAccept(hand.held::add);
    }

    private void lock(Hand hand) {
        var ids = simulation.children(Layout.NODES);
        if (!ids.isEmpty()) {
            var dir = Layout.nodeLock(simulation.any(ids));
            var locks = hand.process.stores.locks();
            if (simulation.oneIn(2)) {
                watched(locks.tryLock(dir, Directory.LAST_PART)).thenAccept(lock -> lock.ifPresent(hand.locks::add));
            } else {
                watched(locks.lock(dir, Directory.LAST_PART, Duration.ofMillis(200)))
                        .thenAccept(hand.locks::add);
            }
        }
    }

    private void use(Hand hand, Held<Node> held) {
        var nodes = hand.process.stores.nodes();
        var node = held.record();
        switch (simulation.random.nextInt(5)) {
            case 0 -> kept(hand, held, counted(held.id(), watched(nodes.update(held, more(node)))));
            case 1 -> kept(hand, held, counted(held.id(), watched(nodes.apply(held, next(node), more(node)))));
            case 2 -> counted(held.id(), watched(nodes.applyAndRelease(held, next(node), more(node))));
            case 3 -> watched(nodes.release(held));
            default -> {
                if (node.state() == NodeState.DELETING) {
                    watched(nodes.remove(held, NodeEvent.GONE)).exceptionally(failure -> {
                        nodes.release(held);
                        return null;
                    });
                } else {
                    hand.held.add(held);
                }
            }
        }
    }

    /** What is held stays so, changed or not, until somebody gives it back. */
    private static void kept(Hand hand, Held<Node> before, CompletableFuture<Held<Node>> change) {
        change.whenComplete((after, failure) -> {
            if (after != null) {
                hand.held.add(after);
            } else {
                hand.process.stores.nodes().release(before);
            }
        });
    }

    /** No two changes are alike, as the time makes sure of where it does not stand still. */
    private Map<String, Object> more(Node node) {
        return Map.of(COUNT, (int) node.doc().number(COUNT, 0) + 1, "change", tokens++);
    }

    private NodeEvent next(Node node) {
        var possible = List.of(NodeEvent.BUILD, NodeEvent.LAUNCHED, NodeEvent.ALLOCATE, NodeEvent.HOLD).stream()
                .filter(event -> Lifecycle.NODE.allows(node.state(), event))
                .toList();
        return simulation.oneIn(4) ? NodeEvent.DELETE : simulation.any(possible);
    }

    private <R> CompletableFuture<R> counted(String id, CompletableFuture<R> change) {
        var tally = tallies.computeIfAbsent(id, x -> new Tally());
        return change.whenComplete((x, failure) -> {
            if (failure == null) {
                tally.made++;
            } else if (TreeException.codeOf(failure).unclear()) {
                tally.unclear++;
            }
        });
    }

    /** Every call is answered, and fails for good reasons only. */
    private <R> CompletableFuture<R> watched(CompletableFuture<R> call) {
        open++;
        return call.whenComplete((x, failure) -> {
            open--;
            var cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause != null
                    && !(cause instanceof Refused)
                    && !(cause instanceof TimeoutException)
                    && !(cause instanceof TreeException)) {
                surprises.add(cause);
            }
        });
    }

    // ---- what others do

    private void actAsOther() {
        var ids = simulation.children(Layout.NODES);
        if (ids.isEmpty()) {
            return;
        }
        var path = Layout.node(simulation.any(ids));
        switch (simulation.random.nextInt(6)) {
            case 0, 1 -> foreign.get(path).thenAccept(this::comment);
            case 2, 3 ->
                // As kazoo does, which makes the whole path, also of a record that has just gone.
                foreign.ensure(path + "/lock")
                        .thenCompose(x -> foreign.create(
                                path + "/lock/0123456789abcdef0123456789abcdef__lock__",
                                new byte[0],
                                Mode.EPHEMERAL_SEQUENTIAL))
                        .thenAccept(znode -> foreignContenders.add(znode.path()));
            case 4 -> Removal.recursive(foreign, path);
            default -> {
                if (!foreignContenders.isEmpty()) {
                    foreign.delete(foreignContenders.remove(0), -1);
                }
            }
        }
    }

    private void comment(Znode znode) {
        // One that was never changed may be another one of the same name by now.
        if (znode.stat().version() > 0) {
            try {
                var changed = Json.read(znode.data()).with("comment", "c" + tokens++);
                foreign.set(znode.path(), Json.write(changed), znode.stat().version());
            } catch (Json.Unreadable odd) {
                throw new AssertionError(odd);
            }
        } else if (znode.data().length == 0) {
            // As a Python launcher does.
            foreign.delete(znode.path(), 0);
        }
    }
}
