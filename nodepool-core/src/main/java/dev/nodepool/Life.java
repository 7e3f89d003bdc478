package dev.nodepool;

import java.util.concurrent.atomic.AtomicReference;

/** Starts once and ends once, whoever asks how often. A role that has ended is not started again. */
final class Life {

    private enum Stage {
        NEW,
        STARTED,
        ENDING,
        ENDED
    }

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.NEW);

    void start(Runnable action) {
        if (stage.compareAndSet(Stage.NEW, Stage.STARTED)) {
            action.run();
        }
    }

    void end(Runnable action) {
        var before = stage.getAndUpdate(now -> now == Stage.ENDED ? now : Stage.ENDING);
        if (before == Stage.NEW || before == Stage.STARTED) {
            try {
                action.run();
            } finally {
                stage.set(Stage.ENDED);
            }
        }
    }

    /** Whether there is no thread left to answer. */
    boolean ended() {
        return stage.get() == Stage.ENDED;
    }
}
