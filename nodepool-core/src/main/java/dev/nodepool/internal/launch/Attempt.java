package dev.nodepool.internal.launch;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Timer;
import dev.nodepool.internal.provider.Deadline;
import dev.nodepool.internal.provider.ProviderUnit;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try to have a machine. Its token is on the machine from its first moment, so that a machine whose answer was lost
 * is found again, and none is left behind.
 */
final class Attempt {

    /** Between two looks for a machine whose create call gave no answer. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final Duration DELETE_LIMIT = Duration.ofSeconds(600);

    /** A cloud may show a new machine late: so often it must be absent before it is believed to be. */
    private static final int ABSENT_LOOKS = 3;

    private final ProviderUnit provider;
    private final Timer timer;
    private final LaunchSpec spec;
    private final Duration limit;
    private final CompletableFuture<Instance> result = new CompletableFuture<>();
    private volatile @Nullable ExternalId externalId;
    private volatile boolean overdue;

    Attempt(ProviderUnit provider, Timer timer, LaunchSpec spec, Duration limit) {
        this.provider = provider;
        this.timer = timer;
        this.spec = spec;
        this.limit = limit;
    }

    Optional<ExternalId> externalId() {
        return Optional.ofNullable(externalId);
    }

    /**
     * Starts.
     *
     * @param onExternalId told the cloud's id as soon as it is known, on any thread
     * @return the usable machine; fails with {@link DriverException}, on any thread
     */
    CompletableFuture<Instance> start(Consumer<ExternalId> onExternalId) {
        Consumer<ExternalId> idKnown = id -> {
            if (externalId == null) {
                externalId = id;
                onExternalId.accept(id);
            }
        };
        var endTimer = timer.after(limit, () -> {
            overdue = true;
            result.completeExceptionally(new DriverException(
                    Fault.UNEXPECTED, "the machine was not usable within " + limit.toSeconds() + " s"));
        });
        var call = Deadline.call(
                timer,
                limit.plusSeconds(1),
                "creating a machine",
                () -> provider.provider().create(spec, idKnown));
        result.whenComplete((x, failure) -> {
            endTimer.run();
            call.cancel(true);
        });
        call.whenComplete((instance, failure) -> {
            if (failure == null) {
                idKnown.accept(instance.id());
                result.complete(instance);
            } else if (failed(failure).fault() == Fault.UNCLEAR && !overdue) {
                look(idKnown, ABSENT_LOOKS);
            } else {
                result.completeExceptionally(failed(failure));
            }
        });
        return result;
    }

    /** Whether a failure proves that the cloud has nothing of this attempt. */
    boolean leftNothing(DriverException failure) {
        return externalId == null
                && !overdue
                && switch (failure.fault()) {
                    case QUOTA_EXCEEDED, NO_CAPACITY, RATE_LIMITED, INVALID_CONFIGURATION, UNAUTHORIZED -> true;
                    default -> false;
                };
    }

    /** How far it has come without being done. */
    LaunchOutcome.Stage stage() {
        return overdue
                ? LaunchOutcome.Stage.OVERDUE
                : externalId == null ? LaunchOutcome.Stage.ASKED : LaunchOutcome.Stage.MADE;
    }

    void cancel() {
        result.cancel(true);
    }

    private static DriverException failed(Throwable failure) {
        return DriverException.from(failure);
    }

    /** The answer was lost: the machine is there, or will be, or not. */
    private void look(Consumer<ExternalId> idKnown, int absentLooks) {
        provider.list().whenComplete((listing, failure) -> {
            if (result.isDone()) {
                return;
            }
            var found = listing == null
                    ? Optional.<Instance>empty()
                    : listing.items().stream().filter(this::isOurs).findFirst();
            found.ifPresent(instance -> idKnown.accept(instance.id()));
            if (found.isPresent() && found.get().usable()) {
                result.complete(found.get());
                return;
            }
            var absent = listing != null && listing.complete() && found.isEmpty();
            if (absent && absentLooks <= 1) {
                result.completeExceptionally(
                        new DriverException(Fault.UNEXPECTED, "the create call gave no answer and made no machine"));
                return;
            }
            timer.after(LOOK_EVERY, () -> look(idKnown, absent ? absentLooks - 1 : absentLooks));
        });
    }

    private boolean isOurs(Instance instance) {
        return Objects.equals(
                spec.metadata().get(LaunchSpec.LAUNCH), instance.metadata().get(LaunchSpec.LAUNCH));
    }

    /** Removes what this attempt may have left in the cloud; completes when nothing is left. */
    CompletableFuture<Void> cleanUp() {
        var id = externalId;
        return id != null ? delete(id) : deleteByToken();
    }

    private CompletableFuture<Void> deleteByToken() {
        return provider.list().thenCompose(listing -> {
            var left = listing.items().stream().filter(this::isOurs).findFirst();
            if (left.isPresent()) {
                return delete(left.get().id());
            }
            return listing.complete()
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new CompletionException(
                            new DriverException(Fault.UNCLEAR, "the listing was cut short, a machine may be left")));
        });
    }

    private CompletableFuture<Void> delete(ExternalId id) {
        return Deadline.call(
                timer,
                DELETE_LIMIT,
                "deleting machine " + id,
                () -> provider.provider().delete(id));
    }
}
