package dev.nodepool.scenario;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Every process has its own order; whose turn it is, chance decides. A process can be made to stand still, or to be gone. */
final class DrawnTurns extends Turns {

    private final RandomGenerator random;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Lane> ready = new ArrayList<>();
    private final Lane surroundings = new Lane();

    DrawnTurns(int limit, RandomGenerator random) {
        super(limit);
        this.random = random;
        lanes.add(surroundings);
    }

    /** The turns of one process. */
    static final class Lane implements Executor {

        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private boolean still;
        private boolean gone;

        @Override
        public void execute(Runnable task) {
            if (!gone) {
                waiting.add(task);
            }
        }

        /** Stops it between two instructions, as a signal or the collector of garbage would. */
        void stop() {
            still = true;
        }

        void goOn() {
            still = false;
        }

        boolean stopped() {
            return still;
        }

        /** It does nothing any more. */
        void end() {
            gone = true;
            waiting.clear();
        }
    }

    @Override
    public void execute(Runnable task) {
        surroundings.execute(task);
    }

    @Override
    Lane lane() {
        var lane = new Lane();
        lanes.add(lane);
        return lane;
    }

    @Override
    Runnable next() {
        ready.clear();
        lanes.removeIf(lane -> lane.gone);
        for (var lane : lanes) {
            if (!lane.still && !lane.waiting.isEmpty()) {
                ready.add(lane);
            }
        }
        return ready.isEmpty()
                ? null
                : ready.get(random.nextInt(ready.size())).waiting.remove();
    }
}
