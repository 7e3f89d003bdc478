package dev.nodepool.internal.keyscan;

import dev.nodepool.driver.Timer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.sshd.common.SshException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at a server: it shows one key in a connection, so there is one connection for each key that it offers. All or
 * nothing: keys of a server that changes them in the middle would not fit together.
 */
final class KeyReading {

    private static final Logger LOG = LoggerFactory.getLogger(KeyReading.class);

    /** Longest time from a connect to what the connection is for. */
    static final Duration CONNECTION = Duration.ofSeconds(10);

    private final InetSocketAddress address;
    private final AsynchronousChannelGroup group;
    private final SshConnections connections;
    private final Executor executor;
    private final Timer timer;
    private final CompletableFuture<List<String>> result = new CompletableFuture<>();
    private final Set<KeyType> wanted = EnumSet.allOf(KeyType.class);
    private final Map<KeyType, String> keys = new EnumMap<>(KeyType.class);
    private @Nullable Throwable unreadable;
    private String offered = "";

    KeyReading(
            InetSocketAddress address,
            AsynchronousChannelGroup group,
            SshConnections connections,
            Executor executor,
            Timer timer) {
        this.address = address;
        this.group = group;
        this.connections = connections;
        this.executor = executor;
        this.timer = timer;
    }

    /** Completes with no keys as soon as something accepts a connection. Does not block. */
    CompletableFuture<List<String>> connectOnly() {
        var connecting = Sockets.connect(group, address);
        bound(connecting);
        connecting.whenComplete((channel, failure) -> {
            if (failure == null) {
                Sockets.close(channel);
                result.complete(List.of());
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** Completes with all keys. Does not block. */
    CompletableFuture<List<String>> readKeys() {
        ask();
        return result;
    }

    private void ask() {
        var question = new Question(wanted);
        bound(question.key());
        var connecting = Sockets.connect(group, address);
        question.key().whenComplete((key, failure) -> connecting.cancel(false));
        connecting.whenComplete((channel, failure) -> {
            if (failure == null) {
                connections.ask(channel, question);
            } else {
                question.key().completeExceptionally(failure);
            }
        });
        question.key().whenCompleteAsync((key, failure) -> answered(question, key, failure), executor);
    }

    /** Ends with the time for it, and when nobody is interested any more. */
    private void bound(CompletableFuture<?> step) {
        var cancelTimer = timer.after(
                CONNECTION,
                () -> step.completeExceptionally(new IOException("no answer within " + CONNECTION.toSeconds() + " s")));
        step.whenComplete((x, failure) -> cancelTimer.run());
        result.whenComplete((x, failure) -> step.cancel(false));
    }

    private void answered(Question question, Question.@Nullable Shown key, @Nullable Throwable failure) {
        if (result.isDone()) {
            return;
        }
        question.offered().ifPresent(list -> {
            offered = list;
            wanted.retainAll(KeyType.in(list));
        });
        if (key != null) {
            keys.put(key.type(), key.line());
            wanted.remove(key.type());
        } else if (question.chosen().isPresent() && !broken(failure)) {
            LOG.debug("{} shows a key of type {} that can not be read", address, question.chosen(), failure);
            unreadable = failure;
            wanted.remove(question.chosen().get());
        } else if (question.offered().isEmpty() || !wanted.isEmpty()) {
            result.completeExceptionally(failure);
            return;
        }
        if (!wanted.isEmpty()) {
            ask();
        } else if (keys.isEmpty()) {
            result.completeExceptionally(new IOException("no host key that can be read, of " + offered, unreadable));
        } else {
            result.complete(List.copyOf(keys.values()));
        }
    }

    /** Whether the connection failed, and not our understanding of what came over it; there may be other keys. */
    private static boolean broken(@Nullable Throwable failure) {
        return failure instanceof IOException && !(failure instanceof SshException);
    }
}
