package dev.nodepool.drivers.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.Timer;
import dev.nodepool.driver.config.ConfigNode;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.config.Problems;
import dev.nodepool.testing.ManualTime;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A fake provider and what tests do with it again and again. */
final class Fakes {

    static final Map<String, Object> SECTION = Map.of(
            "name",
            "fake-one",
            "cloud",
            "fake",
            "region-name",
            "region-1",
            "rate",
            0.0001,
            "diskimages",
            List.of(Map.of("name", "img")),
            "cloud-images",
            List.of(Map.of("name", "windows", "connection-type", "winrm")),
            "pools",
            List.of(Map.of(
                    "name",
                    "main",
                    "labels",
                    List.of(
                            Map.of("name", "small", "diskimage", "img", "min-ram", 8192),
                            Map.of("name", "windows", "cloud-image", "windows", "flavor-name", "f2"),
                            Map.of("name", "unscanned", "diskimage", "img", "min-ram", 1, "host-key-checking", false),
                            Map.of("name", "huge", "diskimage", "img", "min-ram", 9000),
                            Map.of(
                                    "name",
                                    "ipv6",
                                    "diskimage",
                                    "img",
                                    "min-ram",
                                    1,
                                    "networks",
                                    List.of("fake-ipv6-network-name")),
                            Map.of("name", "volume", "diskimage", "img", "min-ram", 1, "boot-from-volume", true)))));

    private Fakes() {}

    record Context(String provider, InstantSource clock, Timer timer, Executor executor) implements ProviderContext {}

    static FakeSettings settings(FakeCloudSettings behaviour) {
        var problems = new Problems(true);
        var section = ConfigSection.root(ConfigNode.of("nodepool.yaml", SECTION), problems);
        var settings = new FakeDriver().parse(section);
        assertThat(problems.found()).isEmpty();
        return new FakeSettings(settings.cloud(), behaviour);
    }

    static FakeProvider provider(FakeCloudSettings behaviour, ManualTime time) {
        return provider(behaviour, new Context("fake-one", time, time, Runnable::run));
    }

    static FakeProvider provider(FakeCloudSettings behaviour, ProviderContext context) {
        try {
            return new FakeDriver().open(settings(behaviour), context);
        } catch (DriverException failure) {
            throw new AssertionError(failure);
        }
    }

    static LaunchSpec spec(String node) {
        return spec(node, "small", Optional.empty());
    }

    static LaunchSpec spec(String node, String label, Optional<String> zone) {
        return new LaunchSpec(
                node,
                "main",
                label,
                zone,
                Optional.of(new ExternalId("image")),
                Map.of(LaunchSpec.NODE_ID, node),
                Map.of());
    }

    static CompletableFuture<Instance> create(FakeProvider provider, String node) {
        return provider.create(spec(node), id -> {});
    }

    static List<Instance> instances(FakeProvider provider) {
        return provider.list().join().items();
    }

    static Fault fault(CompletableFuture<?> failed) {
        return failure(failed).fault();
    }

    static DriverException failure(CompletableFuture<?> failed) {
        assertThat(failed).isCompletedExceptionally();
        return failed.handle((result, failure) -> DriverException.from(failure)).join();
    }
}
