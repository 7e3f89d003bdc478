package dev.nodepool.scenario;

import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.driver.ImageStore.StoredImage;
import dev.nodepool.driver.Timer;
import dev.nodepool.internal.builder.Builder;
import dev.nodepool.internal.dib.BuilderId;
import dev.nodepool.internal.image.Workshop;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.ImagePaths;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.MemoryServer;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.Document;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import dev.nodepool.testing.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper in memory, fake clouds, any number of builders with directories of their own, and a clock that only the test
 * moves. Everything runs on the test's thread.
 */
final class ImageScenario {

    private static final int BUSY = 200_000;
    private static final Duration STEP = Duration.ofMillis(100);
    static final Duration SESSION = Duration.ofSeconds(10);

    final ManualTime time = new ManualTime();
    final Turns turns = new Turns(BUSY);
    final MemoryServer server = new MemoryServer(turns, () -> time.instant().toEpochMilli());
    final SharedCloud cloud = new SharedCloud(time, timer(), turns);
    final MemoryTree user = server.open();
    final Figures figures = new Figures();
    private final Path root;
    private final ImageStores sight;
    private int builders;

    ImageScenario(Path root) {
        this.root = root;
        turns.run();
        sight = new ImageStores(user, new Loop("user", turns), new Threads(time, turns, timer()), "user");
        sight.start(new ImageStores.Listener() {});
        turns.run();
    }

    private Timer timer() {
        return (delay, action) -> time.after(delay, () -> turns.execute(action));
    }

    /** A builder with a life of its own. */
    final class Running {

        final Probe probe = new Probe();
        final MemoryTree tree = server.open(probe);
        final Path images;
        final FakeRuns dib;
        final Builder builder;
        final String id;
        private final ConfigLoader loader;
        private boolean alive = true;

        private Running(String yaml, Path directory, String host) {
            images = directory.resolve("images");
            Executor mine = task -> turns.execute(() -> {
                if (alive) {
                    task.run();
                }
            });
            Timer myTime = (delay, action) -> time.after(delay, () -> mine.execute(action));
            var threads = new Threads(time, mine, myTime);
            var driver = cloud.driver(() -> alive, probe);
            loader = new ConfigLoader(List.of(driver), Map.of());
            id = io(() -> BuilderId.of(images));
            dib = new FakeRuns(timer(), directory.resolve("tmp"), () -> alive, probe);
            var stores = new ImageStores(tree, new Loop(host, mine), threads, host);
            builder = new Builder(
                    parse(yaml, directory),
                    Drivers.of(List.of(driver)),
                    new Workshop(stores, dib, images, id, host),
                    new Builder.Workers(1, 4),
                    "test",
                    figures);
            builder.start();
        }

        private NodepoolConfig parse(String yaml, Path directory) {
            var whole = "images-dir: " + images + "\nbuild-log-dir: " + directory.resolve("logs") + "\n" + yaml;
            return loader.loadText("(test)", whole).config();
        }

        /** Puts another configuration in force. */
        void apply(String yaml) {
            builder.apply(parse(yaml, images.getParent()));
            pass(Duration.ofMillis(500));
        }

        /** Dies between two instructions: no clean-up, and the session ends when the server says so. */
        void kill() {
            alive = false;
            server.vanish(tree);
            time.after(SESSION, () -> server.expire(tree));
        }

        void stop() {
            var stopped = builder.stop(Duration.ZERO);
            passUntil(stopped::isDone, Duration.ofMinutes(3));
            alive = false;
            tree.close();
            turns.run();
        }

        /** Names of the files of images, without those that are the builder's own. */
        List<String> files() {
            return io(() -> {
                try (Stream<Path> all = Files.list(images)) {
                    return all.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("builder_id.txt") && !name.startsWith("."))
                            .sorted()
                            .toList();
                }
            });
        }

        /** What runs have left: working directories and notes of them. */
        List<String> leftovers() {
            return io(() -> Stream.of(images.resolve(".nodepool-runs"), images.resolveSibling("tmp"))
                    .filter(Files::isDirectory)
                    .flatMap(dir -> io(() -> {
                        try (Stream<Path> all = Files.list(dir)) {
                            return all.map(Path::toString).toList().stream();
                        }
                    }))
                    .toList());
        }
    }

    Running builder(String yaml) {
        builders++;
        return builder(yaml, "host" + builders);
    }

    /** A builder on a host, whose directories it finds as they are. */
    Running builder(String yaml, String host) {
        var running = new Running(yaml, root.resolve(host), host);
        pass(Duration.ofMillis(300));
        return running;
    }

    interface Io<T> {
        T get() throws IOException;
    }

    static <T> T io(Io<T> action) {
        try {
            return action.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void pass(Duration duration) {
        turns.run();
        for (var left = duration; !left.isZero() && !left.isNegative(); left = left.minus(STEP)) {
            time.advance(STEP);
            turns.run();
        }
    }

    void passUntil(Scenario.Condition condition, Duration limit) {
        for (var left = limit; !left.isNegative(); left = left.minus(STEP)) {
            turns.run();
            if (condition.holds()) {
                return;
            }
            time.advance(STEP);
        }
        throw new AssertionError("not within " + limit + "\n" + describe());
    }

    <T> T await(CompletableFuture<T> future) {
        turns.run();
        if (!future.isDone()) {
            throw new AssertionError("no answer");
        }
        return future.join();
    }

    ImageFacts image(String name) {
        return await(sight.cache().read(name));
    }

    List<ImageFacts> images() {
        return names(Layout.IMAGES).stream().map(this::image).toList();
    }

    List<String> names(String path) {
        return await(user.exists(path)).isEmpty()
                ? List.of()
                : await(user.children(path)).stream().sorted().toList();
    }

    List<ImageBuild> builds(String image) {
        return image(image).builds().stream().map(BuildFacts::build).toList();
    }

    List<ImageBuild> builds(String image, BuildState state) {
        return builds(image).stream().filter(b -> b.state() == state).toList();
    }

    List<ImageUpload> uploads(String image, String provider) {
        return image(image).builds().stream()
                .flatMap(build -> build.uploadsTo(provider).stream())
                .map(upload -> upload.upload())
                .toList();
    }

    List<ImageUpload> uploads(String image, String provider, UploadState state) {
        return uploads(image, provider).stream().filter(u -> u.state() == state).toList();
    }

    /** Waits until so many builds of an image are ready and, for each provider, the newest is uploaded. */
    void awaitReady(String image, int builds, String... providers) {
        passUntil(
                () -> builds(image, BuildState.READY).size() == builds
                        && Stream.of(providers)
                                .allMatch(provider -> image(image)
                                        .newestReady()
                                        .filter(newest -> newest.uploadsTo(provider).stream()
                                                .anyMatch(u -> u.upload().state() == UploadState.READY))
                                        .isPresent()),
                Duration.ofMinutes(5));
    }

    List<StoredImage> stored(String provider) {
        return await(cloud.cloud(provider).images().orElseThrow().list()).items();
    }

    void ask(String image) {
        await(user.ensure(ImagePaths.request(image)));
    }

    boolean asked(String image) {
        return await(user.exists(ImagePaths.request(image))).isPresent();
    }

    void pause(String image) {
        await(user.ensure(ImagePaths.pause(image)));
    }

    void unpause(String image) {
        await(user.delete(ImagePaths.pause(image), -1));
    }

    /** Writes fields into a build without any lock, as Python's command does. */
    void write(ImageBuild build, Map<String, ?> fields) {
        await(user.set(
                ImagePaths.build(build.image(), build.id()),
                Json.write(build.doc().with(fields)),
                -1));
    }

    void write(ImageUpload upload, Map<String, ?> fields) {
        await(user.set(path(upload), Json.write(upload.doc().with(fields)), -1));
    }

    static String path(ImageUpload upload) {
        return ImagePaths.upload(upload.image(), upload.build(), upload.provider(), upload.id());
    }

    /** Makes a build as another builder would have left it. */
    void create(String image, String id, Map<String, ? extends @Nullable Object> fields) {
        await(user.ensure(ImagePaths.builds(image)));
        await(user.create(
                ImagePaths.build(image, id), Json.write(new Document(new HashMap<>(fields))), Tree.Mode.PERSISTENT));
    }

    /** Makes a build of an image old enough to be built again. */
    void age(String image, Duration age) {
        var newest = image(image).newestReady().orElseThrow().build();
        write(newest, Map.of("state_time", newest.stateTime() - age.toSeconds()));
    }

    double now() {
        return time.instant().toEpochMilli() / 1e3;
    }

    /** How things stand, for messages. */
    String describe() {
        var text = new StringBuilder();
        describe(Layout.IMAGES, text);
        return text.toString();
    }

    private void describe(String path, StringBuilder text) {
        var znode = await(user.get(path));
        text.append(path).append(' ').append(new String(znode.data())).append('\n');
        names(path).forEach(name -> describe(path + "/" + name, text));
    }
}
