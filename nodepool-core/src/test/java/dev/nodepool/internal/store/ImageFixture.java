package dev.nodepool.internal.store;

import dev.nodepool.internal.lifecycle.BuildEvent;
import dev.nodepool.internal.lifecycle.UploadEvent;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.MemoryServer;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.MemoryTree.Interceptor.Fate;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.testing.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Image stores of processes on a tree in memory, everything on the test's thread; answers can be lost. */
final class ImageFixture {

    final ManualTime time = new ManualTime();
    final MemoryServer server = MemoryServer.inline(() -> time.instant().toEpochMilli());
    final MemoryTree user = server.open();

    /** One process with its session. */
    final class Process implements MemoryTree.Interceptor {

        final MemoryTree tree = server.open(this);
        final ImageStores stores;
        Predicate<MemoryTree.Call> loseBefore = call -> false;
        Predicate<MemoryTree.Call> loseAfter = call -> false;
        int lost;

        Process(String name) {
            stores = new ImageStores(tree, new Loop(name, Runnable::run), new Threads(time, Runnable::run, time), name);
            stores.start(new ImageStores.Listener() {
                @Override
                public void changed() {}

                @Override
                public void connected() {}

                @Override
                public void lost() {
                    lost++;
                }
            });
        }

        @Override
        public Fate before(MemoryTree.Call call) {
            return loseBefore.test(call) ? Fate.LOSE : Fate.PASS;
        }

        @Override
        public Fate after(MemoryTree.Call call) {
            return loseAfter.test(call) ? Fate.LOSE : Fate.PASS;
        }

        ImageRecords records() {
            return stores.records();
        }

        ImageCache cache() {
            return stores.cache();
        }

        /** A build that is being made, under its lock. */
        Held<ImageBuild> building(String image) {
            var lock = now(stores.imageLocks().builds(image)).orElseThrow();
            return now(records().createBuild(lock, image, List.of("qcow2", "raw"), "host", "owner"));
        }

        ImageBuild ready(String image) {
            var made = building(image);
            time.advance(Duration.ofSeconds(1));
            var ready = now(records()
                    .apply(
                            made,
                            BuildEvent.SUCCEED,
                            Map.of("username", "ci", "python_path", "auto", "shell_type", "sh")));
            now(stores.locks().release(made.lock()));
            return ready.record();
        }

        Held<ImageUpload> uploading(ImageBuild build, String provider) {
            var lock = now(stores.imageLocks().uploads(build.image(), build.id(), provider))
                    .orElseThrow();
            return now(records().createUpload(lock, build, provider));
        }

        ImageUpload uploaded(ImageBuild build, String provider) {
            var made = uploading(build, provider);
            time.advance(Duration.ofSeconds(1));
            var ready = now(records()
                    .apply(
                            made,
                            UploadEvent.SUCCEED,
                            Map.of("external_id", "x" + made.id(), "external_name", "n", "format", "qcow2")));
            now(stores.locks().release(made.lock()));
            return ready.record();
        }
    }

    Process process(String name) {
        return new Process(name);
    }

    static <T> T now(CompletableFuture<T> future) {
        if (!future.isDone()) {
            throw new AssertionError("no answer yet");
        }
        return future.join();
    }

    List<String> names(String path) {
        return now(user.exists(path)).isEmpty()
                ? List.of()
                : now(user.children(path)).stream().sorted().toList();
    }

    String text(String path) {
        return new String(now(user.get(path)).data());
    }
}
