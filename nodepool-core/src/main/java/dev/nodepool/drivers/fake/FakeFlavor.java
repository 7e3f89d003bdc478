package dev.nodepool.drivers.fake;

import dev.nodepool.driver.Amounts;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A size of machine.
 *
 * @param ram MiB
 */
record FakeFlavor(String id, String name, long cores, long ram) {

    /** Smallest first, then by name, so that a choice is always the same. */
    static final List<FakeFlavor> ALL =
            List.of(new FakeFlavor("f1", "Fake Flavor", 4, 8192), new FakeFlavor("f2", "Unreal Flavor", 4, 8192))
                    .stream()
                    .sorted(Comparator.comparingLong(FakeFlavor::ram).thenComparing(FakeFlavor::name))
                    .toList();

    /**
     * The flavor of a label: with a least size the smallest one whose name contains the given name, without it the one
     * of exactly this name or id.
     *
     * @param minRam MiB, 0 for no least size
     */
    static Optional<FakeFlavor> choose(long minRam, Optional<String> name) {
        if (minRam > 0) {
            return ALL.stream()
                    .filter(flavor -> flavor.ram >= minRam && flavor.name.contains(name.orElse("")))
                    .findFirst();
        }
        return ALL.stream()
                .filter(flavor -> name.isPresent() && name.get().equals(flavor.name)
                        || name.isPresent() && name.get().equals(flavor.id))
                .findFirst();
    }

    Amounts amounts() {
        return Amounts.compute(1, cores, ram);
    }
}
