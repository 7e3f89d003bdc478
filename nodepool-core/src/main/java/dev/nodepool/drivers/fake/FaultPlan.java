package dev.nodepool.drivers.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Decides which calls go wrong. Thread-safe; counts the calls of this process only. */
public final class FaultPlan {

    private static final class Counted {
        private final FaultRule rule;
        private long calls;

        private Counted(FaultRule rule) {
            this.rule = rule;
        }
    }

    private final List<Counted> rules = new ArrayList<>();
    private final RandomGenerator random;

    FaultPlan(List<FaultRule> rules, RandomGenerator random) {
        this.random = random;
        rules.forEach(this::add);
    }

    /** Orders one more fault, whose calls are counted from now on; earlier ones go first. */
    public synchronized void add(FaultRule rule) {
        rules.add(new Counted(rule));
    }

    /** Takes back all faults. */
    public synchronized void clear() {
        rules.clear();
    }

    /** The fault of the next call. Every rule of the operation counts the call, the first that applies wins. */
    synchronized Optional<FaultRule> draw(Operation operation) {
        FaultRule drawn = null;
        for (var counted : rules) {
            if (counted.rule.operation() == operation) {
                counted.calls++;
                if (drawn == null && applies(counted)) {
                    drawn = counted.rule;
                }
            }
        }
        return Optional.ofNullable(drawn);
    }

    private boolean applies(Counted counted) {
        var trigger = counted.rule.trigger();
        if (trigger instanceof FaultRule.Every every) {
            return counted.calls % every.n() == 0;
        }
        if (trigger instanceof FaultRule.Times times) {
            return counted.calls <= times.n();
        }
        return trigger instanceof FaultRule.Chance chance && random.nextDouble() < chance.probability();
    }
}
