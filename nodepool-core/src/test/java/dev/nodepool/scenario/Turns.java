package dev.nodepool.scenario;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Runs everything on the test's thread, in the order it was handed in, when the test says so. */
final class Turns implements Executor {

    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final int limit;

    /** @param limit more tasks than this without any time passing can only be a busy loop */
    Turns(int limit) {
        this.limit = limit;
    }

    @Override
    public void execute(Runnable task) {
        waiting.add(task);
    }

    /** @return whether there was anything to do */
    boolean run() {
        var done = 0;
        for (var task = waiting.poll(); task != null; task = waiting.poll()) {
            if (++done > limit) {
                throw new AssertionError("busy loop: more than " + limit + " tasks while the clock stands still");
            }
            task.run();
        }
        return done > 0;
    }
}
