package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.cloud.CloudLabel;
import dev.nodepool.driver.openstack.rest.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * A size of machines.
 *
 * @param ram MiB
 */
record Flavor(String id, String name, long cores, long ram) {

    static Flavor of(JsonNode json) {
        var name = Json.text(json, "name")
                .or(() -> Json.text(json, "original_name"))
                .orElse("");
        return new Flavor(
                Json.text(json, "id").orElse(name),
                name,
                Json.number(json, "vcpus").orElse(0L),
                Json.number(json, "ram").orElse(0L));
    }

    Amounts amounts() {
        return Amounts.compute(1, cores, ram);
    }

    /** The one a label means; the same one whatever the order in which the cloud lists them. */
    static Optional<Flavor> choose(Collection<Flavor> flavors, CloudLabel label) {
        var name = label.flavorName();
        if (label.minRam().isEmpty() || label.minRam().get() == 0 && name.isPresent()) {
            var byName = flavors.stream().filter(f -> f.name().equals(name.orElse("")));
            return byName.min(Comparator.comparing(Flavor::id))
                    .or(() -> flavors.stream()
                            .filter(f -> f.id().equals(name.orElse("")))
                            .findFirst());
        }
        return flavors.stream()
                .filter(f -> f.ram() >= label.minRam().get())
                .filter(f -> name.isEmpty() || f.name().contains(name.get()))
                .min(Comparator.comparingLong(Flavor::ram)
                        .thenComparing(Flavor::name)
                        .thenComparing(Flavor::id));
    }
}
