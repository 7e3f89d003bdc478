package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.tree.EmbeddedServer;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Plug-ins of one process that each bring the library along, in class loaders of their own. */
final class ClassLoadersIT {

    private static final String CONFIG = """
            labels: [{name: %1$s}]
            providers:
              - name: %1$s
                driver: fake
                cloud: fake
                cloud-images: [{name: debian}]
                pools:
                  - name: main
                    labels: [{name: %1$s, cloud-image: debian, min-ram: 8192}]
            """;

    @Test
    void severalLiveBesideEachOtherAndAreForgottenWhenTheyAreClosed() throws Exception {
        // This thread of the JVM remembers for ever what class made it come.
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS))
                .get(30, TimeUnit.SECONDS);
        try (var zooKeeper = EmbeddedServer.temporary()) {
            var loaders = live(zooKeeper.connectString());
            letTheJvmRememberOthers();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                System.gc();
                assertThat(loaders.stream().filter(loader -> loader.get() != null))
                        .as("class loaders that nobody uses any more")
                        .isEmpty();
            });
        }
    }

    /**
     * The methods of records are built of a few handles of the JVM, each of which remembers the type of the last record
     * that it served first: hard in Java 17, softly in newer ones (collected at once, see the pom).
     */
    private static void letTheJvmRememberOthers() {
        record First(List<String> names, CompletableFuture<?> future) {}
        var first = new First(List.of(), CompletableFuture.completedFuture(null));
        assertThat(first)
                .hasToString(first.toString())
                .hasSameHashCodeAs(first)
                .isEqualTo(new First(List.of(), first.future()));
    }

    private static List<WeakReference<ClassLoader>> live(String zooKeeper) throws Exception {
        var loaders = new ArrayList<WeakReference<ClassLoader>>();
        var plugins = new ArrayList<Plugin>();
        for (var name : List.of("one", "two", "three")) {
            plugins.add(Plugin.start(name, zooKeeper));
        }
        for (var plugin : plugins) {
            plugin.useNode();
        }
        for (var plugin : plugins) {
            plugin.pool.close();
            plugin.loader.close();
            loaders.add(new WeakReference<>(plugin.loader));
        }
        return loaders;
    }

    /** @param pool of classes that only this loader knows */
    private record Plugin(String name, URLClassLoader loader, AutoCloseable pool) {

        static Plugin start(String name, String zooKeeper) throws Exception {
            var urls = new ArrayList<URL>();
            for (var part : System.getProperty("java.class.path").split(File.pathSeparator)) {
                urls.add(new File(part).toURI().toURL());
            }
            var loader = new URLClassLoader(name, urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
            var builder = call(
                    loader.loadClass(NodePool.class.getName())
                            .getMethod("builder")
                            .invoke(null),
                    "configText",
                    CONFIG.formatted(name));
            var pool = call(call(call(builder, "zooKeeper", zooKeeper), "build"), "start");
            assertThat(pool).isNotInstanceOf(NodePool.class);
            return new Plugin(name, loader, (AutoCloseable) pool);
        }

        void useNode() throws Exception {
            var request = (CompletableFuture<?>) call(pool, "request", List.of(name));
            var lease = request.get(30, TimeUnit.SECONDS);
            call(lease, "inUse");
            ((AutoCloseable) lease).close();
        }

        /** Calls a public method that is declared by an interface or a public class, with texts and lists as arguments. */
        private static Object call(Object target, String name, Object... arguments) throws Exception {
            var types = List.of(arguments).stream()
                    .map(argument -> argument instanceof List ? List.class : argument.getClass())
                    .toArray(Class<?>[]::new);
            var face = target.getClass().getInterfaces().length == 0
                    ? target.getClass()
                    : target.getClass().getInterfaces()[0];
            return face.getMethod(name, types).invoke(target, arguments);
        }
    }
}
