package dev.nodepool.internal.launch;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.provider.BackOff;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.model.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One new node for a request: its record first, then the machine, then everything known about it, then ready.
 *
 * <p>The record is there before the cloud is asked, with the mark the machine will carry, so that whoever comes after a
 * crash finds and deletes it. The fault decides what follows a failed attempt.
 */
final class NodeLaunch {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLaunch.class);

    private static final Duration RATE_LIMIT_PAUSE = Duration.ofSeconds(1);
    private static final BackOff CLEANING = BackOff.between(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final Stores stores;
    private final QuotaGate gate;
    private final String installation;
    private final List<String> zonesLeft;
    private final CompletableFuture<LaunchResult> result = new CompletableFuture<>();
    private final LaunchClock clock;
    private NodeOrder order;
    private String token;
    private int attemptsLeft;
    private @Nullable Entry<Node> intent;
    private @Nullable Held<Node> held;
    private CompletableFuture<?> lastWrite = CompletableFuture.completedFuture(null);
    private @Nullable Attempt attempt;
    private Runnable endCheck = () -> {};
    private boolean nothingLeft = true;
    private boolean betweenAttempts;
    private boolean checking;
    private BackOff cleaning = CLEANING;
    private double cleanUntil;
    private boolean stopped;

    NodeLaunch(Stores stores, QuotaGate gate, String installation, NodeOrder order, LaunchClock clock) {
        this.stores = stores;
        this.gate = gate;
        this.installation = installation;
        this.order = order;
        this.clock = clock;
        token = newToken();
        zonesLeft = new ArrayList<>(order.seat().zones());
        zonesLeft.remove(order.az());
        attemptsLeft = order.seat().provider().config().settings().launchRetries();
    }

    private String newToken() {
        return stores.threads().newId().toString();
    }

    /**
     * Stores the record; called and completed on the loop. Then the node waits for {@link #launch} or {@link #withdraw}.
     *
     * @param recorded run when the ledger knows the record, so that a reservation for it can end
     */
    CompletableFuture<Void> record(Runnable recorded) {
        var document = order.record(token, stores.threads().now());
        return new Intent(stores, document, token, recorded)
                .store()
                .handleAsync(
                        (entry, failure) -> {
                            recorded.run();
                            intent = entry;
                            if (failure != null) {
                                broken(failure);
                            }
                            return null;
                        },
                        stores.loop());
    }

    /** Completes on the loop; never fails. */
    CompletableFuture<LaunchResult> result() {
        return result;
    }

    /** Why the cloud must not be asked for this node now. */
    Optional<String> hindrance() {
        if (stopped) {
            return Optional.of("the launcher stops");
        } else if (!stores.requests().cache().mayExist(order.request().id())) {
            return Optional.of("the request is gone");
        } else if (intent == null) {
            return Optional.of("it could not be recorded");
        } else if (!gate.admits(order.seat(), intent.id(), order.needs())) {
            return Optional.of("another launcher took the quota");
        }
        return Optional.empty();
    }

    /** Goes on; only without a {@link #hindrance}. */
    void launch() {
        claim(Objects.requireNonNull(intent));
    }

    /** Ends before the cloud is asked. */
    void withdraw(String why) {
        var removed = intent == null ? CompletableFuture.<Void>completedFuture(null) : Intent.remove(stores, intent);
        removed.whenComplete((x, failure) -> result.complete(new LaunchResult.NotNow(why)));
    }

    private void claim(Entry<Node> entry) {
        stores.nodes().claim(entry, NodeEvent.BUILD, Map.of()).whenComplete((node, failure) -> {
            if (failure != null) {
                broken(failure);
                return;
            }
            held = node;
            attempt();
        });
    }

    private void attempt() {
        betweenAttempts = false;
        if (stopped) {
            giveUp(NodeEvent.ABORT, new LaunchResult.NotNow("the launcher stops"));
            return;
        }
        var node = Objects.requireNonNull(held);
        line(Level.INFO)
                .log(
                        "Launching node {} of label {} in {} for request {}",
                        node.id(),
                        order.label().name(),
                        order.seat().providerName(),
                        order.request().id());
        var settings = order.seat().provider().config().settings();
        var current = new Attempt(
                order.seat().provider(),
                stores.threads().timerOn(stores.loop()),
                order.spec(node.id(), token, installation),
                settings.launchTimeout());
        attempt = current;
        checking = false;
        nothingLeft = false;
        current.start(id -> stores.loop().execute(() -> externalIdKnown(current, id)))
                .thenComposeAsync(this::checked, stores.loop())
                .whenCompleteAsync(
                        (instance, failure) -> {
                            if (result.isDone()) {
                                line(Level.DEBUG).log("Node {} was given up before", node.id());
                            } else if (stopped && failure != null) {
                                giveUp(NodeEvent.ABORT, new LaunchResult.NotNow("the launcher stops"));
                            } else if (failure != null) {
                                failed(current, DriverException.from(failure));
                            } else {
                                usable(instance);
                            }
                        },
                        stores.loop());
    }

    private void externalIdKnown(Attempt current, ExternalId id) {
        if (attempt == current && !result.isDone()) {
            write(node -> stores.nodes().update(node, Map.of(Node.EXTERNAL_ID, id.json())));
        }
    }

    /** Writes of one record go one after the other, each on what the one before left. */
    private CompletableFuture<Held<Node>> write(Function<Held<Node>, CompletableFuture<Held<Node>>> change) {
        var written = lastWrite
                .thenCompose(x -> change.apply(Objects.requireNonNull(held)))
                .thenApply(node -> {
                    held = node;
                    return node;
                });
        lastWrite = written;
        return written;
    }

    /** A node that is to be checked must not be handed out unchecked. */
    private CompletableFuture<Instance> checked(Instance instance) {
        if (result.isDone() || !MachineCheck.needed(order, instance)) {
            return CompletableFuture.completedFuture(instance);
        }
        if (stopped) {
            return CompletableFuture.failedFuture(new CancellationException());
        }
        // People want to know where it is while it is looked for; a failure shows with the next write.
        write(node -> stores.nodes().update(node, order.found(instance)));
        checking = true;
        var check = new MachineCheck(order, Objects.requireNonNull(held).id()).start(instance);
        endCheck = () -> check.cancel(false);
        return check;
    }

    private void usable(Instance instance) {
        order.seat().provider().worked();
        write(node -> stores.nodes().apply(node, NodeEvent.LAUNCHED, order.found(instance)))
                .whenComplete((node, failure) -> {
                    if (failure != null) {
                        broken(failure);
                        return;
                    }
                    line(Level.INFO)
                            .log(
                                    "Node {} is ready at {}",
                                    node.id(),
                                    node.record().address());
                    clock.ended(order, node.record().az(), LaunchOutcome.READY);
                    result.complete(new LaunchResult.Ready(node));
                });
    }

    private LoggingEventBuilder line(Level level) {
        return LOG.atLevel(level)
                .addKeyValue("node", held == null ? null : held.id())
                .addKeyValue("request", order.request().id())
                .addKeyValue("event", order.request().eventId())
                .addKeyValue("provider", order.seat().providerName());
    }

    private void failed(Attempt current, DriverException failure) {
        var provider = order.seat().provider();
        line(Level.WARN)
                .log(
                        "Launching node {} in {} failed ({}): {}",
                        Objects.requireNonNull(held).id(),
                        provider.name(),
                        failure.fault(),
                        failure.getMessage());
        nothingLeft = current.leftNothing(failure);
        // Who is told to wait has not tried yet.
        if (failure.fault() != Fault.RATE_LIMITED) {
            clock.ended(order, LaunchOutcome.of(failure, checking ? LaunchOutcome.Stage.UP : current.stage()));
        }
        switch (failure.fault()) {
            case QUOTA_EXCEEDED -> {
                provider.quotaRefused();
                giveUp(NodeEvent.ABORT, notNow(failure));
            }
            case UNAVAILABLE, UNAUTHORIZED -> {
                provider.unavailable(failure);
                giveUp(NodeEvent.ABORT, notNow(failure));
            }
            case RATE_LIMITED -> retryAfter(current, failure.retryAfter().orElse(RATE_LIMIT_PAUSE));
            case NO_CAPACITY -> {
                if (order.request().labels().size() > 1) {
                    // All nodes of a request belong into one zone, so it moves as a whole.
                    giveUp(NodeEvent.LAUNCH_FAILED, new LaunchResult.NoCapacity(String.valueOf(failure.getMessage())));
                } else if (zonesLeft.isEmpty()) {
                    giveUp(NodeEvent.LAUNCH_FAILED, new LaunchResult.Failed("no capacity: " + failure.getMessage()));
                } else {
                    order = order.inZone(zonesLeft.remove(0));
                    again(current);
                }
            }
            case INVALID_CONFIGURATION -> {
                provider.doubted();
                giveUp(NodeEvent.LAUNCH_FAILED, new LaunchResult.Failed(String.valueOf(failure.getMessage())));
            }
            default -> {
                provider.doubted();
                attemptsLeft--;
                if (attemptsLeft > 0) {
                    again(current);
                } else {
                    giveUp(NodeEvent.LAUNCH_FAILED, new LaunchResult.Failed(String.valueOf(failure.getMessage())));
                }
            }
        }
    }

    private static LaunchResult notNow(DriverException failure) {
        return new LaunchResult.NotNow(String.valueOf(failure.getMessage()));
    }

    private void retryAfter(Attempt current, Duration pause) {
        betweenAttempts = true;
        stores.threads().timerOn(stores.loop()).after(pause, () -> {
            if (betweenAttempts) {
                again(current);
            }
        });
    }

    /** The next attempt, but only when nothing is left of this one: never two machines for one node. */
    private void again(Attempt current) {
        betweenAttempts = true;
        var cleaned = nothingLeft ? CompletableFuture.<Void>completedFuture(null) : current.cleanUp();
        cleaned.whenCompleteAsync(
                (x, failure) -> {
                    if (!betweenAttempts) {
                        line(Level.DEBUG)
                                .log(
                                        "Node {} was given up before",
                                        Objects.requireNonNull(held).id());
                    } else if (failure != null) {
                        notCleaned(current, DriverException.from(failure));
                    } else {
                        nextAttempt();
                    }
                },
                stores.loop());
    }

    private void nextAttempt() {
        cleaning = CLEANING;
        token = newToken();
        var fields = new HashMap<String, @Nullable Object>();
        fields.put(Node.EXTERNAL_ID, null);
        fields.put(Node.LAUNCH_TOKEN, token);
        fields.put(Node.AZ, order.az());
        betweenAttempts = false;
        write(node -> stores.nodes().update(node, fields)).whenComplete((node, failure) -> {
            if (failure != null) {
                broken(failure);
            } else {
                attempt();
            }
        });
    }

    private void notCleaned(Attempt current, DriverException failure) {
        switch (failure.fault()) {
            case RATE_LIMITED -> retryAfter(current, failure.retryAfter().orElse(RATE_LIMIT_PAUSE));
            case UNAVAILABLE, UNAUTHORIZED -> {
                order.seat().provider().unavailable(failure);
                giveUp(NodeEvent.ABORT, notNow(failure));
            }
            default -> cleanAgain(current, failure);
        }
    }

    /** A second machine for the node would be a leak, so the first one is given as much time to go as one to come. */
    private void cleanAgain(Attempt current, DriverException failure) {
        var now = stores.threads().now();
        cleanUntil = cleaning.failures() == 0 ? now + launchTimeout().toSeconds() : cleanUntil;
        cleaning = cleaning.failed();
        if (now + cleaning.delay().toSeconds() > cleanUntil) {
            clock.ended(order, LaunchOutcome.DELETE_TIMEOUT);
            giveUp(
                    NodeEvent.LAUNCH_FAILED,
                    new LaunchResult.Failed("what the last attempt left can not be deleted: " + failure.getMessage()));
        } else {
            retryAfter(current, cleaning.delay());
        }
    }

    private Duration launchTimeout() {
        return order.seat().provider().config().settings().launchTimeout();
    }

    /** Stores how it ended and lets go of the record; the cleaner deletes it with what there may be in the cloud. */
    private void giveUp(NodeEvent event, LaunchResult how) {
        betweenAttempts = false;
        var fields = new HashMap<String, @Nullable Object>();
        if (nothingLeft) {
            fields.put(Node.LAUNCH_TOKEN, null);
        }
        write(node -> stores.nodes().applyAndRelease(node, event, fields).thenApply(x -> node))
                .whenComplete((node, failure) -> {
                    if (failure != null) {
                        broken(failure);
                    } else {
                        result.complete(how);
                    }
                });
    }

    /** ZooKeeper failed us: the record is left as it is, and cleaned by whoever finds it unlocked. */
    private void broken(Throwable failure) {
        if (attempt != null) {
            attempt.cancel();
        }
        endCheck.run();
        if (held != null) {
            stores.nodes().release(held).whenComplete((x, releaseFailure) -> {
                if (releaseFailure != null) {
                    line(Level.DEBUG)
                            .log(
                                    "The lock of node {} ends with the session",
                                    Objects.requireNonNull(held).id(),
                                    releaseFailure);
                }
            });
        }
        if (held != null && !result.isDone()) {
            clock.ended(order, LaunchOutcome.ofStore(failure));
        }
        result.complete(new LaunchResult.NotNow("ZooKeeper: " + message(failure), true));
    }

    private static String message(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TreeException ? Objects.toString(cause.getMessage()) : String.valueOf(cause);
    }

    /** Asks to end soon; the result tells when. */
    void stop() {
        stopped = true;
        if (betweenAttempts) {
            giveUp(NodeEvent.ABORT, new LaunchResult.NotNow("the launcher stops"));
        } else if (attempt != null) {
            attempt.cancel();
            endCheck.run();
        }
    }
}
