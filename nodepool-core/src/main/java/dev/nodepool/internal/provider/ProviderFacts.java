package dev.nodepool.internal.provider;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LabelState;
import dev.nodepool.internal.retention.Known;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a provider said last. Immutable.
 *
 * @param limits its limits
 * @param foreignUse what machines take of them that are not ours, or ours but leaked
 * @param zones its availability zones
 * @param labels what each label needs and whether it can be launched
 */
public record ProviderFacts(Amounts limits, Amounts foreignUse, List<String> zones, Map<PoolLabel, LabelFacts> labels) {

    public record PoolLabel(String pool, String label) {}

    public record LabelFacts(Amounts needs, LabelState state) {}

    /** What machines take that no record stands for, so that nothing else counts them. */
    static Amounts useOfOthers(Collection<Instance> machines, Marks ours, Known known) {
        return machines.stream()
                .filter(machine -> !ours.on(machine.metadata()) || !known.machine(machine))
                .map(Instance::amounts)
                .reduce(Amounts.NONE, Amounts::plus);
    }

    /** What our nodes may take together. */
    public Amounts total() {
        var limited = limits.byName().keySet();
        return limits.minus(foreignUse.only(limited));
    }
}
