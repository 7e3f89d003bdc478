package dev.nodepool.internal.tree;

import dev.nodepool.internal.tree.TreeException.Code;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.zookeeper.OpResult;
import org.jspecify.annotations.Nullable;

/** What one call to a server is answered with, told in the order of everything else. Thread-safe. */
final class Reply<T> {

    final CompletableFuture<T> future = new CompletableFuture<>();
    private final Link link;
    private final String path;

    Reply(Link link, String path) {
        this.link = link;
        this.path = path;
    }

    void settle(int result, Supplier<@Nullable T> value) {
        link.deliver(() -> {
            if (result == 0) {
                future.complete(value.get());
            } else {
                fail(Replies.failure(result, path, -1));
            }
        });
    }

    /** The answer to a multi. */
    void settle(List<Op> asked, int result, @Nullable List<OpResult> results, Function<List<OpResult>, T> value) {
        var index = Replies.firstFailure(results);
        link.deliver(() -> {
            if (result == 0 && results != null) {
                future.complete(value.apply(results));
            } else {
                fail(Replies.failure(result, index < 0 ? path : asked.get(index).path(), index));
            }
        });
    }

    private void fail(TreeException failure) {
        if (link.closed() && failure.code().unclear()) {
            fail(Code.CLOSED, failure);
        } else {
            future.completeExceptionally(failure);
        }
    }

    void fail(Code code, @Nullable Throwable cause) {
        future.completeExceptionally(new TreeException(code, path, -1, cause));
    }

    /** Hands on what was settled in that order already. */
    void complete(@Nullable T value, @Nullable Throwable failure) {
        if (failure == null) {
            future.complete(value);
        } else {
            fail(new TreeException(TreeException.codeOf(failure), path, -1, failure));
        }
    }
}
