package dev.nodepool.drivers.fake;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Timer;
import dev.nodepool.drivers.fake.FakeServer.Status;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The cloud itself: instances, quota and faults. Thread-safe; has no threads of its own and, but for {@link #limits},
 * never blocks. All futures fail with {@link DriverException}.
 */
final class FakeCloud {

    static final List<String> ZONES = List.of("az1", "az2");

    /** A new instance and what is going to happen to it. */
    private record Booting(FakeServer server, Optional<FaultRule> fault) {}

    private final FakeCloudSettings settings;
    private final CloudStore store;
    private final FaultPlan faults;
    private final InstantSource clock;
    private final Timer timer;
    private final Supplier<UUID> names;
    private final Pending pending = new Pending();
    private final CountDownLatch closed = new CountDownLatch(1);

    FakeCloud(
            FakeCloudSettings settings,
            CloudStore store,
            FaultPlan faults,
            InstantSource clock,
            Timer timer,
            Supplier<UUID> names) {
        this.settings = settings;
        this.store = store;
        this.faults = faults;
        this.clock = clock;
        this.timer = timer;
        this.names = names;
    }

    FaultPlan faults() {
        return faults;
    }

    CloudStore store() {
        return store;
    }

    /**
     * Creates an instance.
     *
     * @param told gets the id as soon as the call is answered; not called when the answer is lost
     * @return completes when the instance is up
     */
    CompletableFuture<FakeServer> create(ServerOrder order, Consumer<String> told) {
        return call(
                Operation.CREATE,
                answer -> store.apply(state -> insert(state, order, answer)),
                (booting, answer) -> boot(booting, answer, told));
    }

    /** Deletes an instance, if it exists; completes when it is gone. */
    CompletableFuture<Void> delete(String id) {
        return call(
                Operation.DELETE,
                answer -> store.apply(state -> markDeleted(state, id)).thenCompose(goneAt -> removal(goneAt, answer)));
    }

    /** All instances that are not gone. */
    CompletableFuture<List<FakeServer>> list() {
        return call(
                Operation.LIST,
                answer -> store.apply(state -> {
                    var now = clock.millis();
                    return state.servers().stream()
                            .filter(server -> server.statusAt(now) != Status.GONE)
                            .toList();
                }));
    }

    /** What the cloud has, used or not. Blocks only when a fault says so, and until {@link #close} at the longest. */
    Amounts limits() throws DriverException {
        var fault = faults.draw(Operation.LIMITS);
        if (fault.isPresent()) {
            pause(fault.get());
            throw fault.get().kind().exception();
        }
        return settings.limits();
    }

    /** Runs an operation whose answer is the answer of the work, unless a fault was ordered. */
    <T> CompletableFuture<T> call(Operation operation, Function<CompletableFuture<T>, CompletableFuture<T>> work) {
        return call(operation, work, (result, answer) -> answer.complete(result));
    }

    /** Ends the cloud and says how many callers were still waiting; they are told that it is closed. */
    int close() {
        closed.countDown();
        return pending.close();
    }

    private <R, T> CompletableFuture<T> call(
            Operation operation,
            Function<CompletableFuture<T>, CompletableFuture<R>> work,
            BiConsumer<R, CompletableFuture<T>> next) {
        CompletableFuture<T> answer = pending.open();
        var fault = faults.draw(operation);
        if (answer.isDone()) {
            return answer;
        }
        if (fault.isPresent() && !fault.get().kind().happens(operation)) {
            fail(answer, fault.get());
            return answer;
        }
        start(work, answer).whenComplete((result, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(DriverException.from(failure));
            } else if (fault.isPresent()) {
                fail(answer, fault.get());
            } else {
                next.accept(result, answer);
            }
        });
        return answer;
    }

    private static <R, T> CompletableFuture<R> start(
            Function<CompletableFuture<T>, CompletableFuture<R>> work, CompletableFuture<T> answer) {
        try {
            return work.apply(answer);
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private Booting insert(CloudState state, ServerOrder order, CompletableFuture<?> answer) throws DriverException {
        if (answer.isDone()) {
            throw new DriverException(Fault.UNCLEAR, "given up before it began");
        }
        var zone = order.zone().orElse(ZONES.get(0));
        if (!ZONES.contains(zone)) {
            throw new DriverException(Fault.UNEXPECTED, "HTTP 400: there is no availability zone " + zone);
        }
        var now = clock.millis();
        state.dropGone(now);
        if (!state.used().plus(order.amounts()).fitsIn(settings.limits())) {
            throw FaultKind.QUOTA.exception();
        }
        var fault = faults.draw(Operation.BOOT);
        var server = new FakeServer(
                names.get().toString(),
                order.name(),
                zone,
                order.image(),
                order.amounts(),
                order.metadata(),
                order.addresses(),
                order.hostKeys(),
                now,
                usableAt(now, fault),
                fault.filter(rule -> !survives(rule.kind())).isPresent(),
                FakeServer.NEVER);
        state.change(new Change.PutServer(server));
        return new Booting(server, fault);
    }

    private long usableAt(long now, Optional<FaultRule> fault) {
        if (fault.filter(rule -> rule.kind() == FaultKind.HANG).isPresent()) {
            return FakeServer.NEVER;
        }
        var delay = fault.map(FaultRule::delay).orElse(Duration.ZERO);
        return now + settings.bootTime().plus(delay).toMillis();
    }

    private static boolean survives(FaultKind kind) {
        return kind == FaultKind.LOST_ANSWER || kind == FaultKind.HANG;
    }

    private void boot(Booting booting, CompletableFuture<FakeServer> answer, Consumer<String> told) {
        var server = booting.server();
        try {
            told.accept(server.id());
        } catch (RuntimeException failure) {
            answer.completeExceptionally(DriverException.from(failure));
            return;
        }
        if (server.usableAt() != FakeServer.NEVER) {
            at(server.usableAt(), answer, () -> arrive(booting, answer));
        }
    }

    private void arrive(Booting booting, CompletableFuture<FakeServer> answer) {
        var id = booting.server().id();
        store.apply(state -> state.server(id).filter(server -> server.goneAt() == FakeServer.NEVER))
                .whenComplete((server, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(DriverException.from(failure));
                    } else if (server.isEmpty()) {
                        var text = "instance " + id + " was deleted while it came up";
                        answer.completeExceptionally(new DriverException(Fault.NOT_FOUND, text));
                    } else if (booting.fault().isPresent()) {
                        answer.completeExceptionally(
                                booting.fault().get().kind().exception());
                    } else {
                        answer.complete(server.get());
                    }
                });
    }

    /** Answers when the instance is gone, empty when it is so already. */
    private Optional<Long> markDeleted(CloudState state, String id) {
        var now = clock.millis();
        state.dropGone(now);
        var server = state.server(id);
        if (server.isEmpty()) {
            return Optional.empty();
        }
        var goneAt = Math.min(server.get().goneAt(), now + settings.deleteTime().toMillis());
        if (goneAt <= now) {
            state.change(new Change.DropServer(id));
            return Optional.empty();
        }
        if (goneAt != server.get().goneAt()) {
            state.change(new Change.PutServer(server.get().goneAt(goneAt)));
        }
        return Optional.of(goneAt);
    }

    private CompletableFuture<Void> removal(Optional<Long> goneAt, CompletableFuture<Void> answer) {
        var gone = new CompletableFuture<Void>();
        if (goneAt.isEmpty()) {
            gone.complete(null);
        } else {
            at(goneAt.get(), answer, () -> gone.complete(null));
        }
        return gone;
    }

    private void fail(CompletableFuture<?> answer, FaultRule fault) {
        if (fault.kind() == FaultKind.HANG) {
            return;
        }
        var end = clock.millis() + fault.delay().toMillis();
        at(end, answer, () -> answer.completeExceptionally(fault.kind().exception()));
    }

    /** Acts when the clock has reached an instant, unless the answer has been given before. */
    private void at(long instant, CompletableFuture<?> answer, Runnable action) {
        var wait = instant - clock.millis();
        if (wait <= 0) {
            action.run();
            return;
        }
        // A timer and the wall clock may differ by a little, so the clock is asked again.
        var cancel = timer.after(Duration.ofMillis(wait), () -> at(instant, answer, action));
        answer.whenComplete((result, failure) -> cancel.run());
    }

    private void pause(FaultRule fault) throws DriverException {
        try {
            if (fault.kind() == FaultKind.HANG) {
                closed.await();
            } else if (!closed.await(fault.delay().toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DriverException(Fault.UNAVAILABLE, "interrupted", null, interrupted);
        }
        throw new DriverException(Fault.UNAVAILABLE, "the provider is closed");
    }
}
