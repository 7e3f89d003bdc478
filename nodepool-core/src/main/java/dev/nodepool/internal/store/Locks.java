package dev.nodepool.internal.store;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.internal.tree.Session;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Locks that exclude kazoo's and are excluded by them: ephemeral sequential contenders named
 * {@code <32 hex digits>__lock__<ten digits>} in a persistent directory, the lowest number holds. Thread-safe.
 *
 * <p>A lock is not re-entrant and does not belong to a thread. After a session is lost its handles are invalid; they
 * never come back to life.
 */
public final class Locks {

    /** How to get a lock directory that is missing. */
    public enum Directory {
        /** Only its last part: a missing parent means that what the lock protects is gone. */
        LAST_PART,
        /** With all its parents. */
        WITH_PARENTS
    }

    /** Others may remove a lock directory while we enter it, but not for ever. */
    private static final int ROUNDS = 3;

    /** Content of lock directories that we made, so that whoever finds one without its object may remove it. */
    static final byte[] OUR_DIRECTORY = "nodepool-java".getBytes(StandardCharsets.UTF_8);

    private final Tree tree;
    private final Timer timer;
    private final byte[] identifier;
    private final Supplier<UUID> names;

    /** @param identifier written into each contender, for people */
    public Locks(Tree tree, Timer timer, String identifier) {
        this(tree, timer, identifier, UUID::randomUUID);
    }

    /** @param names never the same twice, in any process */
    Locks(Tree tree, Timer timer, String identifier, Supplier<UUID> names) {
        this.tree = tree;
        this.timer = timer;
        this.identifier = identifier.getBytes(StandardCharsets.UTF_8);
        this.names = names;
    }

    /** A name for a contender, unique; the server appends the number. */
    String contenderName() {
        return names.get().toString().replace("-", "") + "__lock__";
    }

    byte[] identifier() {
        return identifier;
    }

    /** Takes a lock if nobody holds it or waits for it. */
    public CompletableFuture<Optional<LockHandle>> tryLock(String dir, Directory directory) {
        var attempt = new Attempt(dir, tree.session());
        return attempt.enter(directory)
                .thenCompose(entered -> Sessions.persist(tree, attempt.session.id(), attempt::predecessor))
                .thenCompose(before -> before.isEmpty()
                        ? CompletableFuture.completedFuture(Optional.of(attempt.handle()))
                        : attempt.leave().thenApply(x -> Optional.<LockHandle>empty()))
                .whenComplete((x, failure) -> attempt.leaveAfter(failure));
    }

    /**
     * Waits for a lock. The future fails with {@link TimeoutException} after the limit, with
     * {@link Code#SESSION_EXPIRED} when the session is lost; cancelling it gives up the place in the queue.
     *
     * @param limit how long to wait at most
     */
    public CompletableFuture<LockHandle> lock(String dir, Directory directory, Duration limit) {
        var attempt = new Attempt(dir, tree.session());
        var result = new CompletableFuture<LockHandle>();
        var cancelTimer = timer.after(
                limit,
                () -> result.completeExceptionally(new TimeoutException("no lock within " + limit + " at " + dir)));
        var stopListening = tree.onSession(session -> {
            if (session.state() == Session.State.LOST) {
                result.completeExceptionally(new TreeException(Code.SESSION_EXPIRED, dir));
            } else if (session.connected()) {
                attempt.await(result);
            }
        });
        attempt.enter(directory).thenAccept(x -> attempt.await(result)).whenComplete((x, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            }
        });
        result.whenComplete((handle, failure) -> {
            cancelTimer.run();
            stopListening.run();
            attempt.leaveAfter(failure);
        });
        // The very future that was watched: cancelling one that hangs on it would not be heard here.
        return result;
    }

    /** Gives a lock back; harmless when it is gone already. Repeats after a lost answer for as long as the session lives. */
    public CompletableFuture<Void> release(LockHandle handle) {
        return deleteForSure(handle.contender(), handle.session());
    }

    private CompletableFuture<Void> deleteForSure(String path, long session) {
        if (tree.session().id() != session || tree.session().state() == Session.State.LOST) {
            return CompletableFuture.completedFuture(null);
        }
        return Sessions.persist(tree, session, () -> tree.delete(path, -1))
                .exceptionallyCompose(failure -> switch (TreeException.codeOf(failure)) {
                    // A contender goes with its session.
                    case NO_NODE, SESSION_EXPIRED, CLOSED -> CompletableFuture.completedFuture(null);
                    default -> CompletableFuture.failedFuture(failure);
                });
    }

    /**
     * Removes a lock directory whose object is gone, if it is empty and was made by us; anything else stays as it is.
     * Not recursively: whoever contends there keeps its directory.
     */
    public CompletableFuture<Void> removeOwnDirectory(String dir) {
        return tree.get(dir)
                .thenCompose(znode -> Arrays.equals(znode.data(), OUR_DIRECTORY)
                        ? tree.delete(dir, -1)
                        : CompletableFuture.completedFuture(null));
    }

    private final class Attempt {

        private final String dir;
        private final Session session;
        private final String prefix = contenderName();
        private volatile String contender = "";
        private volatile boolean abandoned;

        Attempt(String dir, Session session) {
            this.dir = dir;
            this.session = session;
        }

        LockHandle handle() {
            return new LockHandle(dir, contender, session.id());
        }

        CompletableFuture<Void> enter(Directory directory) {
            return enter(directory, ROUNDS);
        }

        private CompletableFuture<Void> enter(Directory directory, int rounds) {
            return tree.create(dir + "/" + prefix, identifier, Mode.EPHEMERAL_SEQUENTIAL, session.id())
                    .thenCompose(znode -> entered(znode.path()))
                    .exceptionallyCompose(failure -> switch (TreeException.codeOf(failure)) {
                        case NO_NODE ->
                            rounds == 0
                                    ? CompletableFuture.failedFuture(failure)
                                    : makeDirectory(directory).thenCompose(x -> enter(directory, rounds - 1));
                        case CONNECTION_LOSS -> adoptOr(() -> enter(directory, rounds));
                        default -> CompletableFuture.failedFuture(failure);
                    });
        }

        private CompletableFuture<Void> entered(String path) {
            contender = path;
            if (abandoned) {
                leave();
            }
            return CompletableFuture.completedFuture(null);
        }

        /** After a lost answer: finds our contender by its unique name, else begins again. */
        private CompletableFuture<Void> adoptOr(Supplier<CompletableFuture<Void>> again) {
            return Sessions.persist(tree, session.id(), tree::sync)
                    .thenCompose(x -> Sessions.persist(tree, session.id(), () -> tree.children(dir)))
                    .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                            ? CompletableFuture.completedFuture(List.of())
                            : CompletableFuture.failedFuture(failure))
                    .thenCompose(names -> {
                        var mine =
                                names.stream().filter(n -> n.startsWith(prefix)).findFirst();
                        if (mine.isPresent()) {
                            return entered(dir + "/" + mine.get());
                        }
                        return abandoned
                                ? CompletableFuture.failedFuture(new CancellationException("no lock wanted any more"))
                                : again.get();
                    });
        }

        private CompletableFuture<Void> makeDirectory(Directory directory) {
            return Sessions.persist(
                    tree, session.id(), () -> directory == Directory.WITH_PARENTS ? tree.ensure(dir) : makeLastPart());
        }

        private CompletableFuture<Void> makeLastPart() {
            return tree.create(dir, OUR_DIRECTORY, Mode.PERSISTENT)
                    .<Void>thenApply(x -> null)
                    .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NODE_EXISTS
                            ? CompletableFuture.completedFuture(null)
                            : CompletableFuture.failedFuture(failure));
        }

        /** The contender just before ours, if any. */
        CompletableFuture<Optional<String>> predecessor() {
            return tree.children(dir).thenCompose(names -> {
                var mine = Paths.name(contender);
                if (!names.contains(mine)) {
                    return CompletableFuture.failedFuture(new TreeException(Code.SESSION_EXPIRED, contender));
                }
                var twins = names.stream()
                        .filter(n -> n.startsWith(prefix) && !n.equals(mine))
                        .toList();
                // An old leader that does not know it yet may have hidden what a lost answer had made.
                twins.forEach(name -> deleteForSure(dir + "/" + name, session.id()));
                return CompletableFuture.completedFuture(
                        before(names.stream().filter(n -> !twins.contains(n)).toList(), mine));
            });
        }

        /** Waits for our turn; may be called any number of times. */
        void await(CompletableFuture<LockHandle> result) {
            if (contender.isEmpty() || result.isDone()) {
                return;
            }
            predecessor()
                    .thenCompose(before -> {
                        if (before.isEmpty()) {
                            result.complete(handle());
                            return CompletableFuture.<Object>completedFuture(null);
                        }
                        return watch(before.get(), result);
                    })
                    .whenComplete((x, failure) -> failed(failure, result));
        }

        private CompletionStage<Object> watch(String before, CompletableFuture<LockHandle> result) {
            return tree.get(dir + "/" + before, () -> await(result)).handle((x, failure) -> {
                if (failure != null && TreeException.codeOf(failure) == Code.NO_NODE) {
                    await(result);
                } else {
                    failed(failure, result);
                }
                return null;
            });
        }

        /** A lost connection is no failure here: the next connection looks again. */
        private void failed(@Nullable Throwable failure, CompletableFuture<LockHandle> result) {
            if (failure != null && TreeException.codeOf(failure) != Code.CONNECTION_LOSS) {
                result.completeExceptionally(failure);
            }
        }

        CompletableFuture<Void> leave() {
            return deleteForSure(contender, session.id());
        }

        /** Takes our contender away if the attempt failed, also one whose creation is not answered yet. */
        void leaveAfter(@Nullable Throwable failure) {
            if (failure == null) {
                return;
            }
            abandoned = true;
            if (!contender.isEmpty()) {
                leave();
            }
        }
    }

    /** The contender with the highest number below ours. */
    static Optional<String> before(List<String> names, String mine) {
        var number = number(mine);
        return names.stream()
                .filter(name -> Contenders.CONTENDER.matcher(name).matches() && number(name) < number)
                .max(Comparator.comparingLong(Locks::number));
    }

    private static long number(String name) {
        return Long.parseLong(name.substring(name.lastIndexOf("__lock__") + "__lock__".length()));
    }
}
