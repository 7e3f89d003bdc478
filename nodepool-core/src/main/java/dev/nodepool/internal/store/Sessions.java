package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Session;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Waiting for a session. Thread-safe. */
public final class Sessions {

    private Sessions() {}

    /** Completes when any session is usable, which may take as long as there is no server. */
    public static CompletableFuture<Void> connected(Tree tree) {
        var done = new CompletableFuture<Void>();
        var stop = tree.onSession(now -> settle(done, now));
        settle(done, tree.session());
        return done.whenComplete((x, failure) -> stop.run());
    }

    private static void settle(CompletableFuture<Void> done, Session now) {
        if (now.connected()) {
            done.complete(null);
        }
    }

    /** Completes when this very session is usable; fails with {@link Code#SESSION_EXPIRED} when it is over. */
    public static CompletableFuture<Void> connected(Tree tree, long session) {
        var done = new CompletableFuture<Void>();
        var stop = tree.onSession(now -> settle(done, now, session));
        settle(done, tree.session(), session);
        return done.whenComplete((x, failure) -> stop.run());
    }

    /** Repeats a call that may happen twice without harm, while answers are lost and the session lives. */
    public static <R> CompletableFuture<R> persist(Tree tree, long session, Supplier<CompletableFuture<R>> call) {
        return call.get()
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.CONNECTION_LOSS
                        ? connected(tree, session).thenCompose(x -> persist(tree, session, call))
                        : CompletableFuture.failedFuture(failure));
    }

    private static void settle(CompletableFuture<Void> done, Session now, long session) {
        if (now.id() != session || now.state() == Session.State.LOST) {
            done.completeExceptionally(
                    new TreeException(Code.SESSION_EXPIRED, "session 0x" + Long.toHexString(session)));
        } else if (now.connected()) {
            done.complete(null);
        }
    }
}
