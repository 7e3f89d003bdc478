package dev.nodepool.internal.provider;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelState;
import java.util.List;
import java.util.Map;

/**
 * What a provider said last. Immutable.
 *
 * @param limits its limits
 * @param foreignUse what machines that are not ours take of them
 * @param zones its availability zones
 * @param labels what each label needs and whether it can be launched
 */
public record ProviderFacts(Amounts limits, Amounts foreignUse, List<String> zones, Map<PoolLabel, LabelFacts> labels) {

    public record PoolLabel(String pool, String label) {}

    public record LabelFacts(Amounts needs, LabelState state) {}

    /** What our nodes may take together. */
    public Amounts total() {
        var limited = limits.byName().keySet();
        return limits.minus(foreignUse.only(limited));
    }
}
