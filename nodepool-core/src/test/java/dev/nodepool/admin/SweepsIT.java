package dev.nodepool.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.model.Document;
import dev.nodepool.view.SweepView;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SweepsIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static EmbeddedZooKeeper server;

    @BeforeAll
    static void start() {
        server = EmbeddedZooKeeper.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ZooKeeperConfig config(String servers, String chroot) {
        return new ZooKeeperConfig(List.of(servers), chroot, Duration.ofSeconds(10), Optional.empty());
    }

    private static void write(CuratorTree tree, String provider, Map<String, Object> fields) throws Exception {
        Awaitility.await().until(() -> tree.session().connected());
        tree.ensure(Layout.sweep(provider)).get(30, TimeUnit.SECONDS);
        tree.set(Layout.sweep(provider), Json.write(new Document(fields)), -1).get(30, TimeUnit.SECONDS);
    }

    private static Map<String, Object> frozen() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("frozen", "so many are unknown");
        fields.put("since", 1000.5);
        fields.put("all", Map.of("instances", 9));
        fields.put("unknown", Map.of("instances", 7));
        fields.put("held", Map.of("instances", List.of("b", "a"), "ports", List.of("p")));
        fields.put("held_in_all", 8);
        return fields;
    }

    @Test
    void readsHowItStandsAndOrdersWhatIsHeldBackNow() throws Exception {
        var config = config(server.connectString(), "/one");
        try (var tree = CuratorTree.open(config);
                var admin = Admin.connect(config, LIMIT)) {
            var sweeps = admin.sweeps();
            assertThat(sweeps.all()).isEmpty();
            write(tree, "south", Map.of());
            write(tree, "north", frozen());
            var north = new SweepView(
                    "north",
                    "so many are unknown",
                    1000.5,
                    Map.of("instances", new SweepView.Kind(9, 7)),
                    Map.of("instances", List.of("a", "b"), "ports", List.of("p")),
                    8,
                    0,
                    0,
                    false);
            assertThat(sweeps.all())
                    .containsExactly(north, new SweepView("south", "", 0, Map.of(), Map.of(), 0, 0, 0, false));
            assertThat(sweeps.confirm("north")).isEqualTo(north);
            assertThat(sweeps.confirm("north").ordered()).isTrue();
            assertThat(sweeps.all().get(0).ordered()).isTrue();
            var order = Json.read(tree.get(Layout.sweepOrder("north"))
                    .get(30, TimeUnit.SECONDS)
                    .data());
            assertThat(order.get("held")).isEqualTo(north.held());
            assertThat(order.text("by")).isPresent();
        }
    }

    @Test
    void refusesWhatThereIsNotToConfirm() throws Exception {
        var config = config(server.connectString(), "/two");
        try (var tree = CuratorTree.open(config);
                var admin = Admin.connect(config, LIMIT)) {
            var sweeps = admin.sweeps();
            write(tree, "south", Map.of());
            assertThatThrownBy(() -> sweeps.confirm("south"))
                    .isInstanceOf(AdminException.class)
                    .hasMessage("nothing is held back at provider south");
            assertThatThrownBy(() -> sweeps.confirm("so/uth"))
                    .isInstanceOf(AdminException.class)
                    .hasMessage("no launcher has swept a provider so/uth");
        }
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = "127.0.0.1:" + silent.getLocalPort();
            assertThatThrownBy(() -> Admin.connect(config(address, ""), Duration.ofSeconds(1)))
                    .isInstanceOf(AdminException.class)
                    .hasMessage("ZooKeeper at " + address + " did not answer within 1 s");
        }
    }
}
