package dev.nodepool.internal.keyscan;

import dev.nodepool.internal.runtime.BoundedExecutor;
import dev.nodepool.internal.runtime.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.apache.sshd.client.ClientFactoryManager;
import org.jspecify.annotations.Nullable;

/** Looks at endpoints over the network. Thread-safe. */
final class SshKeySource implements KeySource {

    /** A name server that does not answer keeps a thread for each name; more names than this wait. */
    private static final int LOOKUPS = 16;

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

    private final Threads threads;
    private final Executor lookups;
    private final Sockets sockets = new Sockets();
    private @Nullable ClientFactoryManager client;

    SshKeySource(Threads threads) {
        this.threads = threads;
        lookups = new BoundedExecutor(threads.shared(), LOOKUPS);
    }

    @Override
    public CompletableFuture<List<String>> read(Endpoint endpoint, int attempt) {
        var result = new CompletableFuture<List<String>>();
        var limit = threads.timer()
                .after(
                        KeyReading.CONNECTION,
                        () -> result.completeExceptionally(
                                new IOException("the name " + endpoint.address() + " was not found in time")));
        var address = CompletableFuture.supplyAsync(() -> resolve(endpoint, attempt), executor(endpoint));
        address.whenCompleteAsync(
                (found, failure) -> {
                    limit.run();
                    if (failure != null) {
                        result.completeExceptionally(failure);
                    } else if (!result.isDone()) {
                        read(endpoint, found, result);
                    }
                },
                threads.shared());
        result.whenComplete((x, failure) -> limit.run());
        return result;
    }

    private Executor executor(Endpoint endpoint) {
        return LITERAL.matcher(endpoint.address()).matches() ? threads.shared() : lookups;
    }

    /** A name may have several addresses, of which not all need work. */
    private static InetSocketAddress resolve(Endpoint endpoint, int attempt) {
        try {
            var addresses = InetAddress.getAllByName(endpoint.address());
            return new InetSocketAddress(addresses[attempt % addresses.length], endpoint.port());
        } catch (UnknownHostException e) {
            throw new CompletionException(new IOException("the name " + endpoint.address() + " is unknown", e));
        }
    }

    private void read(Endpoint endpoint, InetSocketAddress address, CompletableFuture<List<String>> result) {
        try {
            var group = sockets.enter();
            result.whenComplete((keys, failure) -> sockets.leave());
            var reading = new KeyReading(address, group, new SshConnections(client(), group), threads);
            var answer = endpoint.hasKeys() ? reading.readKeys() : reading.connectOnly();
            answer.whenComplete((keys, failure) -> {
                if (failure == null) {
                    result.complete(keys);
                } else {
                    result.completeExceptionally(failure);
                }
            });
            result.whenComplete((keys, failure) -> answer.cancel(false));
        } catch (IOException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /** Made when first needed: it loads much that a launcher without scans never uses. */
    private synchronized ClientFactoryManager client() {
        if (client == null) {
            client = ScanClient.settings();
        }
        return client;
    }
}
