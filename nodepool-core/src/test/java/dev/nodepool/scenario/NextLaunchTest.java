package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.config.ConfigLoader;
import dev.nodepool.driver.Timer;
import dev.nodepool.internal.launcher.Launcher;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.metrics.Stats;
import dev.nodepool.model.Document;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A launcher beside a builder: which image the next machine boots from. */
class NextLaunchTest {

    private static final String CONFIG = """
            labels: [{name: l}]
            diskimages: [{name: img, username: ci}]
            providers:
              - name: fake-one
                driver: fake
                diskimages: [{name: img}]
                pools:
                  - {name: main, max-servers: 5, labels: [{name: l, diskimage: img, min-ram: 8192}]}
            """;

    @TempDir
    private Path root;

    private ImageScenario scenario;

    @Test
    void usesTheNewestReadyUploadAndTheOneBeforeItAsSoonAsThatIsDeleted() {
        scenario = new ImageScenario(root);
        scenario.builder(CONFIG);
        launcher();
        scenario.awaitReady("img", 1, "fake-one");
        var first = newest();
        assertThat(imageOfTheNextNode()).isEqualTo(ImageScenario.path(first));

        scenario.age("img", Duration.ofDays(2));
        scenario.awaitReady("img", 2, "fake-one");
        var second = newest();
        assertThat(second).isNotEqualTo(first);
        assertThat(imageOfTheNextNode()).isEqualTo(ImageScenario.path(second));

        scenario.pause("img");
        scenario.write(second, Map.of("state", "deleting", "state_time", scenario.now()));
        assertThat(imageOfTheNextNode()).isEqualTo(ImageScenario.path(first));
    }

    private void launcher() {
        var tree = scenario.server.open();
        Timer timer = (delay, action) -> scenario.time.after(delay, () -> scenario.turns.execute(action));
        var threads = new Threads(scenario.time, scenario.turns, timer);
        var driver = scenario.cloud.driver(() -> true, new Probe());
        var config = new ConfigLoader(List.of(driver), Map.of())
                .loadText("(test)", CONFIG)
                .config();
        var stores = new Stores(tree, new Loop("launcher", scenario.turns), threads, "launcher", Stats.NONE);
        new Launcher(
                        config,
                        Drivers.of(List.of(driver)),
                        stores,
                        new Scans().scanner(() -> true, new Probe()),
                        "launcher",
                        "test")
                .start();
        scenario.pass(Duration.ofSeconds(1));
    }

    private ImageUpload newest() {
        return scenario.uploads("img", "fake-one", UploadState.READY).stream()
                .max(Comparator.comparingDouble(ImageUpload::stateTime))
                .orElseThrow();
    }

    private String imageOfTheNextNode() {
        var request = scenario.await(scenario.user.create(
                Layout.REQUESTS + "/200-",
                Json.write(new Document(Map.of(
                        "state",
                        "requested",
                        "state_time",
                        scenario.now(),
                        "node_types",
                        List.of("l"),
                        "requestor",
                        "zuul"))),
                Tree.Mode.PERSISTENT_SEQUENTIAL));
        scenario.passUntil(
                () -> document(request.path()).text("state").orElse("").equals("fulfilled"), Duration.ofMinutes(1));
        var node = document(request.path()).texts("nodes").get(0);
        return document(Layout.node(node)).text("image_id").orElseThrow();
    }

    private Document document(String path) {
        try {
            return Json.read(scenario.await(scenario.user.get(path)).data());
        } catch (Json.Unreadable e) {
            throw new AssertionError(path, e);
        }
    }
}
