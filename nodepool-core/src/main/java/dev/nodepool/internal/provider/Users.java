package dev.nodepool.internal.provider;

import org.jspecify.annotations.Nullable;

/** Counts who uses something, so that it ends only after the last of them. Used from one thread. */
final class Users {

    private int count;
    private @Nullable Runnable end;

    /** @return to be run when done; only the first run counts */
    Runnable enter() {
        count++;
        return new Runnable() {
            private boolean left;

            @Override
            public void run() {
                if (!left) {
                    left = true;
                    count--;
                    endIfUnused();
                }
            }
        };
    }

    boolean none() {
        return count == 0;
    }

    /** Runs an action once nobody is left, perhaps at once. */
    void end(Runnable action) {
        end = action;
        endIfUnused();
    }

    private void endIfUnused() {
        var action = end;
        if (count == 0 && action != null) {
            end = null;
            action.run();
        }
    }
}
