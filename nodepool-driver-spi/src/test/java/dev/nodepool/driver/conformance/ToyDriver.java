package dev.nodepool.driver.conformance;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.LabelSettings;
import dev.nodepool.driver.PoolSettings;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderImage;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigSection;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Opens toy providers of whatever kind. */
class ToyDriver implements ProviderDriver {

    static final Map<String, Object> SECTION = Map.of(
            "name",
            "toy-1",
            "driver",
            "toy",
            "region",
            "north",
            "pools",
            List.of(Map.of("name", "main", "max-servers", 5, "labels", List.of(Map.of("name", "small")))));

    record Label(String name) implements LabelSettings {}

    record Pool(String name, List<Label> labels) implements PoolSettings {}

    record Settings(String region, List<Pool> pools) implements ProviderSettings {

        @Override
        public List<ProviderImage> images() {
            return List.of(new ProviderImage("debian", "qcow2", false, Map.of("os", "linux")));
        }
    }

    final ToyCloud cloud = new ToyCloud();
    private final BiFunction<ToyCloud, ProviderContext, Provider> make;

    ToyDriver(BiFunction<ToyCloud, ProviderContext, Provider> make) {
        this.make = make;
    }

    @Override
    public String name() {
        return "toy";
    }

    @Override
    public ProviderSettings parse(ConfigSection section) {
        return new Settings(
                section.text("region").orElse(""),
                section.named(
                        "pools",
                        pool -> new Pool(
                                pool.requiredText("name"),
                                pool.named("labels", label -> new Label(label.requiredText("name"))))));
    }

    @Override
    public Provider open(ProviderSettings settings, ProviderContext context) throws DriverException {
        if (!(settings instanceof Settings)) {
            throw new DriverException(Fault.INVALID_CONFIGURATION, "settings of another driver");
        }
        return make.apply(cloud, context);
    }
}
