package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.MemoryLook;
import dev.nodepool.internal.tree.MemoryServer;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.metrics.Stats;
import dev.nodepool.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;

/**
 * Several processes on one server in memory, in one thread: a seed decides whose turn it is, which calls and answers are
 * lost, and who loses connection or session.
 */
final class Simulation {

    final Random random;
    final ManualTime time = new ManualTime();
    final MemoryServer server;
    final List<Process> processes = new ArrayList<>();
    private final List<Queue<Runnable>> queues = new ArrayList<>();
    private boolean faults = true;

    /** Stores of a process that may be interrupted between any two actions. */
    final class Process implements MemoryTree.Interceptor {

        final MemoryTree tree;
        final Stores stores;
        final String name;
        private boolean suspended;

        Process(String name) {
            this.name = name;
            tree = server.open(this);
            var queue = queue();
            var threads = new Threads(time, queue::add, time);
            var locks = new Locks(tree, time, name, () -> new UUID(random.nextLong(), random.nextLong()));
            stores = new Stores(tree, new Loop(name, queue::add), threads, locks, Stats.NONE);
            stores.start();
        }

        @Override
        public Fate before(MemoryTree.Call call) {
            return fate();
        }

        @Override
        public Fate after(MemoryTree.Call call) {
            return fate();
        }

        private Fate fate() {
            if (!faults || !oneIn(60)) {
                return Fate.PASS;
            }
            // Nearly always the connection goes with the answer.
            if (!oneIn(8)) {
                suspend();
            }
            return Fate.LOSE;
        }

        void suspend() {
            suspended = true;
            server.suspend(tree);
        }

        void resume() {
            suspended = false;
            server.resume(tree);
        }
    }

    Simulation(long seed) {
        random = new Random(seed);
        var queue = queue();
        server = new MemoryServer(queue::add, () -> time.instant().toEpochMilli());
    }

    private Queue<Runnable> queue() {
        var queue = new ArrayDeque<Runnable>();
        queues.add(queue);
        return queue;
    }

    Process process(String name) {
        var process = new Process(name);
        processes.add(process);
        return process;
    }

    boolean oneIn(int chances) {
        return random.nextInt(chances) == 0;
    }

    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** One action of whoever's turn it is, and now and then a fault. */
    void step() {
        time.advance(Duration.ofMillis(1));
        if (oneIn(200)) {
            var victim = any(processes);
            if (oneIn(3)) {
                server.expire(victim.tree);
            } else {
                victim.suspend();
            }
        }
        processes.stream().filter(p -> p.suspended && oneIn(20)).forEach(Process::resume);
        var busy = queues.stream().filter(q -> !q.isEmpty()).toList();
        if (!busy.isEmpty()) {
            any(busy).remove().run();
        }
    }

    /** No more faults, until nobody has anything to do. */
    void calm() {
        faults = false;
        processes.stream().filter(p -> p.suspended).forEach(Process::resume);
        for (var quiet = 0; quiet < 3; quiet++) {
            settle();
            time.advance(Duration.ofSeconds(5));
        }
        settle();
    }

    private void settle() {
        for (var limit = 0; limit < 1_000_000; limit++) {
            var busy = queues.stream().filter(q -> !q.isEmpty()).toList();
            if (busy.isEmpty()) {
                return;
            }
            any(busy).remove().run();
        }
        throw new AssertionError("never comes to rest");
    }

    List<String> children(String path) {
        return MemoryLook.children(server, path);
    }
}
