package dev.nodepool.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.ProviderConfig;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.driver.CallMeter;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.ImageStore.ImageUpload;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.Timer;
import dev.nodepool.drivers.fake.FakeDriver;
import dev.nodepool.drivers.fixed.StaticDriver;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.testing.LogCapture;
import dev.nodepool.view.AlienImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What asks clouds from here, without a daemon: the clouds of the fake driver keep what they have in files. */
class CloudOrdersIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<ProviderDriver> DRIVERS = List.of(new FakeDriver(), new StaticDriver());

    @TempDir
    private Path directory;

    private EmbeddedZooKeeper zooKeeper;
    private Threads threads;
    private Tree tree;
    private Admin admin;

    @BeforeEach
    void connect() {
        zooKeeper = EmbeddedZooKeeper.start();
        threads = Threads.real("test");
        var servers = ZooKeeperConfig.of(zooKeeper.connectString());
        admin = Admin.connect(servers, LIMIT);
        tree = CuratorTree.open(servers);
        await().atMost(LIMIT).until(() -> tree.session().connected());
    }

    @AfterEach
    void disconnect() {
        admin.close();
        tree.close();
        threads.close();
        zooKeeper.close();
    }

    private NodepoolConfig config(String fault) {
        return new ConfigLoader(DRIVERS, Map.of())
                .loadText("(test)", """
                        labels: [{name: debian}]
                        diskimages: [{name: img}, {name: other}]
                        providers:
                          - name: north
                            driver: fake
                            cloud: north
                            fake-cloud: {state: %s%s}
                            cloud-images: [{name: image}]
                            diskimages: [{name: img}]
                            pools:
                              - {name: main, labels: [{name: debian, cloud-image: image, min-ram: 4096}]}
                          - {name: hosts, driver: static, pools: []}
                        """.formatted(directory.resolve("north.json"), fault))
                .config();
    }

    private ProviderConfig north(String fault) {
        return config(fault).provider("north").orElseThrow();
    }

    private Provider cloud() throws Exception {
        var executor = threads.shared();
        return new FakeDriver()
                .open(
                        north("").settings(),
                        new Context("north", threads.clock(), threads.timerOn(executor), executor, CallMeter.NONE));
    }

    private record Context(String provider, InstantSource clock, Timer timer, Executor executor, CallMeter meter)
            implements ProviderContext {}

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(20, TimeUnit.SECONDS);
    }

    private void write(String path, String record) throws Exception {
        get(tree.ensure(path));
        get(tree.set(path, record.getBytes(StandardCharsets.UTF_8), -1));
    }

    private String upload(ImageStore images, String name, Map<String, String> marks) throws Exception {
        var bytes = new byte[] {1, 2, 3};
        var source = new ImageStore.Source() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
        return get(images.upload(new ImageUpload(name, "img", marks, source, "", ""), sent -> {}))
                .toString();
    }

    private void record(String image, String upload, String state, String id) throws Exception {
        write("/nodepool/images/" + image + "/builds/1", "{\"state\": \"ready\", \"state_time\": 1}");
        write(
                "/nodepool/images/%s/builds/1/providers/north/images/%s".formatted(image, upload),
                "{\"state\": \"%s\", \"state_time\": 1, \"external_id\": \"%s\"}".formatted(state, id));
    }

    @Test
    @Behaviour({"C04", "C05"})
    void imageThatIsNoReadyUploadIsAlien() throws Exception {
        var cloud = cloud();
        var images = cloud.images().orElseThrow();
        var mark = Map.of(ImageStore.BUILD_ID, "1");
        record("img", "0000000001", "ready", upload(images, "known", mark));
        var deleting = upload(images, "deleting", mark);
        record("img", "0000000002", "deleting", deleting);
        var unwanted = upload(images, "unwanted", mark);
        record("other", "0000000001", "ready", unwanted);
        var unknown = upload(images, "unknown", mark);
        upload(images, "not ours", Map.of());
        cloud.close();

        assertThat(admin.images().aliens(config("").providers(), DRIVERS))
                .containsExactly(
                        new AlienImage("north", "deleting", deleting),
                        new AlienImage("north", "unknown", unknown),
                        new AlienImage("north", "unwanted", unwanted));
        try (var log = new LogCapture(AlienSearch.class)) {
            var failing = config(", faults: [{operation: list, fault: unavailable, every: 1}]");
            assertThat(admin.images().aliens(failing.providers(), DRIVERS)).isEmpty();
            assertThat(log.lines())
                    .anySatisfy(line -> assertThat(line).startsWith("WARN Exception listing alien images for north: "));
        }
    }

    private String machine(Provider cloud) throws Exception {
        return get(cloud.create(
                        new LaunchSpec(
                                "0000000007",
                                "main",
                                "debian",
                                Optional.empty(),
                                Optional.empty(),
                                Map.of(LaunchSpec.LAUNCH, "t"),
                                Map.of()),
                        id -> {}))
                .id()
                .toString();
    }

    private void node(String id) throws Exception {
        write(
                Layout.node("0000000007"),
                "{\"state\": \"ready\", \"state_time\": 5.5, \"provider\": \"north\", \"external_id\": \"%s\"}"
                        .formatted(id));
    }

    @Test
    @Behaviour("C15")
    void nodeIsDeletedFromHereWithItsMachine() throws Exception {
        var cloud = cloud();
        node(machine(cloud));
        cloud.close();

        assertThat(admin.nodes().deleteNow("0000000007", north(""), DRIVERS)).isTrue();
        assertThat(get(tree.exists(Layout.node("0000000007")))).isEmpty();
        var later = cloud();
        assertThat(get(later.list()).items()).isEmpty();
        later.close();
        assertThat(admin.nodes().deleteNow("0000000007", north(""), DRIVERS)).isFalse();
    }

    @Test
    void nodeWhoseMachineStaysIsLeftToItsLauncher() throws Exception {
        var cloud = cloud();
        node(machine(cloud));
        cloud.close();

        var failing = north(", faults: [{operation: delete, fault: unavailable, every: 1}]");
        try (var log = new LogCapture(Nodes.class)) {
            assertThat(admin.nodes().deleteNow("0000000007", failing, DRIVERS)).isTrue();
            assertThat(log.lines())
                    .anySatisfy(line ->
                            assertThat(line).startsWith("WARN The machine of node 0000000007 could not be deleted: "));
        }
        assertThat(admin.nodes().get("0000000007")).hasValueSatisfying(view -> {
            assertThat(view.state()).isEqualTo("deleting");
            assertThat(view.locked()).isFalse();
        });
        var later = cloud();
        assertThat(get(later.list()).items()).hasSize(1);
        later.close();
    }
}
