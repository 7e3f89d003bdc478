package dev.nodepool.drivers.fake;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Another process on a shared cloud. It makes instances until it is refused ({@code fill}) or for ever makes and
 * deletes one ({@code churn}), and writes one line for each that was made.
 */
final class CloudProcess {

    private CloudProcess() {}

    public static void main(String[] args) throws Exception {
        var provider = open(Path.of(args[1]), Integer.parseInt(args[2]));
        var made = make(provider);
        while (made != null) {
            System.out.println(made);
            if (args[0].equals("churn")) {
                provider.delete(made).get(60, TimeUnit.SECONDS);
            }
            made = make(provider);
        }
        System.exit(0);
    }

    static FakeProvider open(Path file, int instances) {
        var threads = Executors.newScheduledThreadPool(2, task -> {
            var thread = new Thread(task, "fake cloud");
            thread.setDaemon(true);
            return thread;
        });
        var settings = FakeCloudSettings.DEFAULTS
                .withState(file)
                .withLimits(FakeCloudSettings.limits(instances, -1, -1))
                .withTimes(Duration.ofSeconds(1), Duration.ZERO);
        return Fakes.provider(
                settings,
                new Fakes.Context(
                        "fake-one",
                        InstantSource.system(),
                        (delay, action) -> {
                            var task = threads.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
                            return () -> task.cancel(false);
                        },
                        threads));
    }

    /** The new instance, null when there is no quota left. */
    private static @Nullable ExternalId make(FakeProvider provider) throws Exception {
        var told = new CompletableFuture<ExternalId>();
        provider.create(Fakes.spec("n"), told::complete).whenComplete((instance, failure) -> {
            if (failure != null) {
                told.completeExceptionally(failure);
            }
        });
        return told.handle((id, failure) -> {
                    if (failure != null && DriverException.from(failure).fault() != Fault.QUOTA_EXCEEDED) {
                        throw new IllegalStateException(failure);
                    }
                    return id;
                })
                .get(60, TimeUnit.SECONDS);
    }
}
