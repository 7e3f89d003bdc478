package dev.nodepool.drivers.fixed;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.driver.Timer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether hosts are there. Connecting takes no thread, however many hosts do not answer; only the look-up of a name
 * does.
 */
final class Reach {

    private static final Logger LOG = System.getLogger(Reach.class.getName());

    private final Executor executor;
    private final Timer timer;

    Reach(Executor executor, Timer timer) {
        this.executor = executor;
        this.timer = timer;
    }

    CompletableFuture<Addresses> probe(Host host) {
        return CompletableFuture.supplyAsync(() -> lookUp(host.name()), executor)
                .thenCompose(found -> host.checked()
                        ? connect(host, found).thenApply(x -> addresses(host, found.get(0)))
                        : CompletableFuture.completedFuture(addresses(host, found.get(0))));
    }

    private static List<InetAddress> lookUp(String name) {
        try {
            return List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException e) {
            throw new CompletionException(
                    new DriverException(Fault.UNAVAILABLE, "its name " + name + " can not be resolved", null, e));
        }
    }

    /** As the name server has it first: one address, as Python stores it. */
    private static Addresses addresses(Host host, InetAddress first) {
        var text = first.getHostAddress();
        return first instanceof Inet4Address
                ? new Addresses(host.name(), text, null, null)
                : new Addresses(host.name(), null, null, text);
    }

    private CompletableFuture<Void> connect(Host host, List<InetAddress> addresses) {
        var attempt = new Attempt(host, addresses);
        attempt.next(null);
        return attempt.ended;
    }

    /** One address after the other, all within the host's time-out. */
    private final class Attempt {

        private final CompletableFuture<Void> result = new CompletableFuture<>();
        /** The result, told only once the timer is cancelled: who has it may count on nothing being left behind. */
        private final CompletableFuture<Void> ended;

        private final Host host;
        private final List<InetAddress> addresses;
        private int tried;

        Attempt(Host host, List<InetAddress> addresses) {
            this.host = host;
            this.addresses = addresses;
            var cancel = timer.after(
                    host.timeout(),
                    () -> fail("it does not answer within " + host.timeout().toSeconds() + " s", null));
            this.ended = result.whenComplete((x, failure) -> cancel.run());
        }

        void next(@Nullable Throwable before) {
            if (result.isDone()) {
                return;
            }
            if (tried == addresses.size()) {
                fail("port " + host.access().port() + ": " + message(before), before);
                return;
            }
            var address =
                    new InetSocketAddress(addresses.get(tried++), host.access().port());
            try {
                var channel = AsynchronousSocketChannel.open();
                result.whenComplete((x, failure) -> close(channel));
                channel.connect(address, null, new CompletionHandler<Void, Object>() {
                    @Override
                    public void completed(Void nothing, Object x) {
                        result.complete(null);
                    }

                    @Override
                    public void failed(Throwable failure, Object x) {
                        next(failure);
                    }
                });
            } catch (IOException | IllegalArgumentException e) {
                next(e);
            }
        }

        private void fail(String why, @Nullable Throwable cause) {
            result.completeExceptionally(new DriverException(Fault.UNAVAILABLE, why, null, cause));
        }

        private String message(@Nullable Throwable failure) {
            return failure == null || failure.getMessage() == null ? String.valueOf(failure) : failure.getMessage();
        }

        private void close(AsynchronousSocketChannel channel) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "Closing the connection to " + host.identity() + " failed", e);
            }
        }
    }
}
