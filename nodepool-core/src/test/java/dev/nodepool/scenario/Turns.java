package dev.nodepool.scenario;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Runs everything on the test's thread, in the order it was handed in, when the test says so. */
class Turns implements Executor {

    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final int limit;
    private long taken;

    /** @param limit more tasks than this without any time passing can only be a busy loop */
    Turns(int limit) {
        this.limit = limit;
    }

    @Override
    public void execute(Runnable task) {
        waiting.add(task);
    }

    /** Whose turns a process of its own takes; here those of everybody. */
    Executor lane() {
        return this;
    }

    /** @return whether there was anything to do */
    boolean run() {
        var done = 0;
        for (var task = next(); task != null; task = next()) {
            if (++done > limit) {
                throw new AssertionError("busy loop: more than " + limit + " tasks while the clock stands still");
            }
            task.run();
        }
        taken += done;
        return done > 0;
    }

    /** Takes so many turns at most, so that whatever comes next comes in the middle of something. */
    void run(int most) {
        for (var done = 0; done < most; done++) {
            var task = next();
            if (task == null) {
                return;
            }
            task.run();
            taken++;
        }
    }

    /** How many turns there have been. */
    long taken() {
        return taken;
    }

    /** What is done next, null when nothing waits. */
    Runnable next() {
        return waiting.poll();
    }
}
