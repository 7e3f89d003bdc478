package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A course of asynchronous steps with one result. Whatever goes wrong in a step fails the result; cancelling the result
 * cancels the step under way and there is no next one. Holds no thread.
 */
public abstract class Steps<T> {

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<?> current;

    protected Steps() {
        result.whenComplete((value, failure) -> {
            var step = current;
            if (step != null) {
                step.cancel(true);
            }
        });
    }

    public final CompletableFuture<T> result() {
        return result;
    }

    /** The next step when this one is done; its failure is that of the result. */
    protected final <V> void then(CompletableFuture<V> step, Consumer<? super V> next) {
        then(step, next, this::fail);
    }

    /** The same with something to do when the step failed. */
    protected final <V> void then(
            CompletableFuture<V> step, Consumer<? super V> next, Consumer<DriverException> failed) {
        after(step, (value, failure) -> {
            if (failure == null) {
                next.accept(value);
            } else {
                failed.accept(DriverException.from(failure));
            }
        });
    }

    /** The same with the failure as it is. */
    protected final <V> void after(CompletableFuture<V> step, BiConsumer<? super V, @Nullable Throwable> next) {
        current = step;
        step.whenComplete((value, failure) -> {
            if (result.isDone()) {
                return;
            }
            try {
                next.accept(value, failure);
            } catch (RuntimeException bug) {
                fail(new DriverException(Fault.UNEXPECTED, "unexpected: " + bug, null, bug));
            }
        });
        // It may have been cancelled just before the step was known.
        if (result.isDone()) {
            step.cancel(true);
        }
    }

    protected final void succeed(T value) {
        result.complete(value);
    }

    protected final void fail(DriverException failure) {
        result.completeExceptionally(failure);
    }

    protected final boolean over() {
        return result.isDone();
    }
}
