package dev.nodepool.internal.keyscan;

import dev.nodepool.internal.runtime.BoundedExecutor;
import dev.nodepool.internal.runtime.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CancellationException;
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

    /** Steps between two waits are short; many scans at once need no more threads for them. */
    private static final int STEPS = 2;

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

    private final Threads threads;
    private final Executor lookups;
    private final Executor steps;
    private final Sockets sockets = new Sockets();
    private @Nullable CompletableFuture<ClientFactoryManager> client;

    SshKeySource(Threads threads) {
        this.threads = threads;
        steps = new BoundedExecutor(threads.shared(), STEPS);
        lookups = new BoundedExecutor(threads.shared(), LOOKUPS);
    }

    @Override
    public CompletableFuture<List<String>> read(Endpoint endpoint, int attempt) {
        var result = new CompletableFuture<List<String>>();
        var limit = threads.timer()
                .after(
                        KeyReading.CONNECTION,
                        () -> result.completeExceptionally(
                                new IOException("the look-up of " + endpoint.address() + " took too long")));
        result.whenComplete((keys, failure) -> limit.run());
        CompletableFuture.supplyAsync(() -> resolve(endpoint, attempt, result), executor(endpoint))
                .thenCombineAsync(
                        client(),
                        (address, settings) -> {
                            limit.run();
                            read(endpoint, address, settings, result);
                            return address;
                        },
                        steps)
                .whenComplete((address, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(failure);
                    }
                });
        return result;
    }

    private Executor executor(Endpoint endpoint) {
        return LITERAL.matcher(endpoint.address()).matches() ? steps : lookups;
    }

    /** A name may have several addresses, of which not all need work. */
    private static InetSocketAddress resolve(Endpoint endpoint, int attempt, CompletableFuture<?> user) {
        if (user.isDone()) {
            throw new CancellationException("nobody waits for the address any more");
        }
        try {
            var addresses = InetAddress.getAllByName(endpoint.address());
            return new InetSocketAddress(addresses[attempt % addresses.length], endpoint.port());
        } catch (UnknownHostException e) {
            throw new CompletionException(new IOException("the name " + endpoint.address() + " is unknown", e));
        }
    }

    private void read(
            Endpoint endpoint,
            InetSocketAddress address,
            ClientFactoryManager settings,
            CompletableFuture<List<String>> result) {
        if (result.isDone()) {
            return;
        }
        try {
            var group = sockets.enter();
            result.whenComplete((keys, failure) -> sockets.leave());
            var reading =
                    new KeyReading(address, group, new SshConnections(settings, group), steps, threads.timerOn(steps));
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

    /** Made when first needed, which takes a while: it loads much that a launcher without scans never uses. */
    private synchronized CompletableFuture<ClientFactoryManager> client() {
        if (client == null) {
            client = CompletableFuture.supplyAsync(ScanClient::settings, threads.shared());
        }
        return client;
    }
}
