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
 * @param strangersUse what machines that are certainly not ours take of them; the rest of the foreign use is on its way out, or is of
 *     another launcher whose records are not known here yet
 * @param zones its availability zones
 * @param labels what each label needs and whether it can be launched
 */
public record ProviderFacts(
        Amounts limits,
        Amounts foreignUse,
        Amounts strangersUse,
        List<String> zones,
        Map<PoolLabel, LabelFacts> labels) {

    /** All that others use is used by strangers. */
    public ProviderFacts(Amounts limits, Amounts foreignUse, List<String> zones, Map<PoolLabel, LabelFacts> labels) {
        this(limits, foreignUse, foreignUse, zones, labels);
    }

    public record PoolLabel(String pool, String label) {}

    public record LabelFacts(Amounts needs, LabelState state) {}

    /** What machines take that no record stands for, so that nothing else counts them. */
    static Amounts useOfOthers(Collection<Instance> machines, Marks ours, Known known) {
        return machines.stream()
                .filter(machine -> !ours.on(machine.metadata()) || !known.machine(machine))
                .map(Instance::amounts)
                .reduce(Amounts.NONE, Amounts::plus);
    }

    /** What machines of others take. */
    static Amounts useOfStrangers(Collection<Instance> machines, Marks ours) {
        return machines.stream()
                .filter(machine -> !ours.on(machine.metadata()))
                .map(Instance::amounts)
                .reduce(Amounts.NONE, Amounts::plus);
    }

    /** What our nodes may take together, once nothing of ours is left that no record stands for. */
    public Amounts most() {
        var limited = limits.byName().keySet();
        return limits.minus(strangersUse.only(limited));
    }

    /** What our nodes may take together now. */
    public Amounts total() {
        var limited = limits.byName().keySet();
        return limits.minus(foreignUse.only(limited));
    }
}
