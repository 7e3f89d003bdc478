package dev.nodepool.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.testing.DebianZooKeeper;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our locks and kazoo's on one path. Inside the lock a guard file is made, which must not be there, and a counter file is
 * read and written, which must not lose a count.
 */
class KazooLocksHostIT {

    private static final String PATH = "/locks/shared";
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    private DebianZooKeeper zooKeeper;
    private Threads threads;
    private final List<Tree> trees = new ArrayList<>();
    private final AtomicInteger violations = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        zooKeeper = DebianZooKeeper.plain(directory.resolve("zookeeper"));
        threads = Threads.real("locks");
        Files.writeString(directory.resolve("counter"), "0");
        for (var i = 0; i < 2; i++) {
            var tree = CuratorTree.open(ZooKeeperConfig.of(zooKeeper.connectString()));
            trees.add(tree);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> tree.session().connected());
        }
    }

    @AfterEach
    void stop() {
        trees.forEach(Tree::close);
        threads.close();
        zooKeeper.close();
    }

    @Test
    void waitingLocksExcludeKazooLocks() throws Exception {
        contest("wait", 2000, this::waitForLock);
    }

    @Test
    void locksThatDoNotWaitExcludeKazooLocks() throws Exception {
        contest("try", 600, this::tryUntilLocked);
    }

    /** Three workers here on two sessions, three there in two processes, each as many times. */
    private void contest(String mode, int times, Acquire acquire) throws Exception {
        try (var first = kazoo(mode, 2, times);
                var second = kazoo(mode, 1, times)) {
            Awaitility.await("kazoo is connected")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> first.output().contains("connected")
                            && second.output().contains("connected"));
            Files.createFile(directory.resolve("go"));
            var pool = Executors.newFixedThreadPool(3);
            var workers = new ArrayList<Future<Void>>();
            for (var i = 0; i < 3; i++) {
                var locks = new Locks(trees.get(i % 2), threads.timer(), "java-" + i);
                workers.add(pool.submit(worker(locks, times, acquire)));
            }
            for (var worker : workers) {
                worker.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            pool.shutdown();
            assertThat(first.waitFor(LIMIT)).as(first::output).isZero();
            assertThat(second.waitFor(LIMIT)).as(second::output).isZero();
        }
        assertThat(violations).hasValue(0);
        assertThat(Files.readString(directory.resolve("counter"))).isEqualTo(String.valueOf(6 * times));
        assertThat(trees.get(0).children(PATH).get(10, TimeUnit.SECONDS)).isEmpty();
    }

    private HostProgram kazoo(String mode, int workers, int times) throws IOException {
        return HostProgram.python(
                KazooLocksHostIT.class,
                "kazoo_locks.py",
                zooKeeper.connectString(),
                PATH,
                directory.toString(),
                mode,
                String.valueOf(workers),
                String.valueOf(times));
    }

    private Callable<Void> worker(Locks locks, int times, Acquire acquire) {
        return () -> {
            for (var i = 0; i < times; i++) {
                var handle = acquire.lock(locks);
                inside();
                locks.release(handle).get(20, TimeUnit.SECONDS);
            }
            return null;
        };
    }

    private void inside() throws IOException {
        var guard = directory.resolve("guard");
        try {
            Files.createFile(guard);
        } catch (FileAlreadyExistsException e) {
            violations.incrementAndGet();
        }
        var counter = directory.resolve("counter");
        Files.writeString(counter, String.valueOf(Integer.parseInt(Files.readString(counter)) + 1));
        Files.deleteIfExists(guard);
    }

    private LockHandle waitForLock(Locks locks) throws Exception {
        return locks.lock(PATH, Directory.WITH_PARENTS, Duration.ofMinutes(1)).get(90, TimeUnit.SECONDS);
    }

    private LockHandle tryUntilLocked(Locks locks) {
        return Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofMinutes(1))
                .until(() -> locks.tryLock(PATH, Directory.WITH_PARENTS).get(20, TimeUnit.SECONDS), Optional::isPresent)
                .orElseThrow();
    }

    private interface Acquire {
        LockHandle lock(Locks locks) throws Exception;
    }
}
