package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.runner.Program;
import dev.nodepool.testing.DebianZooKeeper;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Builders of the built jar with Debian's diskimage-builder and Debian's ZooKeeper. */
abstract class BuilderHostBase {

    static final Duration START = Duration.ofSeconds(30);

    /** A small image takes seconds of CPU, and this machine may be busy. */
    static final Duration BUILD = Duration.ofMinutes(6);

    static final Path ELEMENTS = Path.of("src/test/resources/dib-elements").toAbsolutePath();

    @TempDir
    Path directory;

    DebianZooKeeper zooKeeper;
    private Threads threads;
    private Tree tree;
    private ImageStores stores;

    @BeforeEach
    void startZooKeeper() throws IOException {
        HostProgram.require("/usr/bin/disk-image-create", "python3-diskimage-builder");
        HostProgram.require("/bin/busybox", "busybox-static");
        HostProgram.require("/usr/bin/qemu-img", "qemu-utils");
        zooKeeper = DebianZooKeeper.plain(directory.resolve("zookeeper"));
        threads = Threads.real("test");
        tree = CuratorTree.open(ZooKeeperConfig.of(zooKeeper.connectString()));
        stores = new ImageStores(tree, new Loop("test", threads.shared()), threads, "test");
        await().atMost(START).until(() -> tree.session().connected());
    }

    @AfterEach
    void stopZooKeeper() {
        tree.close();
        threads.close();
        zooKeeper.close();
    }

    /** One builder's directories. */
    Path home(String name) {
        return directory.resolve(name);
    }

    Path config(String name, String images, String providers) throws IOException {
        var home = Files.createDirectories(home(name));
        return Files.writeString(home.resolve("nodepool.yaml"), """
                zookeeper-servers: [{host: 127.0.0.1, port: %d}]
                images-dir: %s
                build-log-dir: %s
                elements-dir: %s
                diskimages: [%s]
                providers: [%s]
                """.formatted(
                        zooKeeper.port(), home.resolve("images"), home.resolve("logs"), ELEMENTS, images, providers));
    }

    /** A disk image of the test elements. */
    String image(String name, String elements, String formats, String more) {
        var path = ELEMENTS.resolve("host-bin") + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        return "{name: %s, elements: [%s], formats: [%s], %s env-vars: {PATH: '%s', TMPDIR: %s, DIB_IMAGE_CACHE: %s}}"
                .formatted(
                        name,
                        elements,
                        formats,
                        more,
                        path,
                        directory.resolve("tmp"),
                        // Kept between runs: the kernel is fetched once.
                        Path.of("target/dib-cache").toAbsolutePath());
    }

    static Program builder(Path config) throws IOException {
        return Program.startJar("builder", "-f", "-c", config.toString());
    }

    ImageFacts facts(String image) throws Exception {
        return stores.cache().read(image).get(30, TimeUnit.SECONDS);
    }

    List<ImageBuild> builds(String image, BuildState state) throws Exception {
        return facts(image).builds().stream()
                .map(build -> build.build())
                .filter(build -> build.state() == state)
                .toList();
    }

    ImageBuild awaitBuild(Program builder, String image, BuildState state, Duration limit) {
        return await().atMost(limit)
                .pollInterval(Duration.ofMillis(250))
                .until(
                        () -> {
                            assertThat(builder.isAlive()).as(builder::told).isTrue();
                            return builds(image, state);
                        },
                        found -> !found.isEmpty())
                .get(0);
    }

    List<String> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(home(name).resolve("images"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> !file.startsWith(".") && !file.equals("builder_id.txt"))
                    .sorted()
                    .toList();
        }
    }

    String log(String name, ImageBuild build) throws IOException {
        return Files.readString(home(name).resolve("logs").resolve(build.image() + "-" + build.id() + ".log"));
    }

    /** Mounts, loop devices, processes and files that belong to the temporary directory of the builds. */
    List<String> leftovers() throws Exception {
        var left = new ArrayList<String>();
        var tmp = directory.resolve("tmp");
        for (var line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            if (line.split(" ")[1].startsWith(tmp.toString())) {
                left.add("mount " + line);
            }
        }
        try (var loops = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (var loop : loops) {
                var file = loop.resolve("loop/backing_file");
                if (Files.exists(file) && Files.readString(file).startsWith(tmp.toString())) {
                    left.add("loop device " + loop);
                }
            }
        }
        ProcessHandle.allProcesses()
                .filter(process -> uses(process.pid(), tmp))
                .forEach(process -> left.add(
                        "process " + process.pid() + " " + process.info().commandLine()));
        if (Files.exists(tmp)) {
            try (Stream<Path> files = Files.list(tmp)) {
                files.forEach(file -> left.add("file " + file));
            }
        }
        return left;
    }

    private static boolean uses(long pid, Path tmp) {
        var proc = Path.of("/proc/" + pid);
        try {
            return Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1)
                            .contains("TMPDIR=" + tmp + "/nodepool-")
                    || Files.readSymbolicLink(proc.resolve("cwd")).startsWith(tmp)
                    || Files.readSymbolicLink(proc.resolve("root")).startsWith(tmp);
        } catch (IOException gone) {
            return false;
        }
    }
}
