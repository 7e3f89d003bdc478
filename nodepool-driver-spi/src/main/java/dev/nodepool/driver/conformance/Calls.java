package dev.nodepool.driver.conformance;

import dev.nodepool.driver.DriverException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Calls on a driver that may do anything: block, throw, answer null or not at all. */
final class Calls {

    private final Executor callers;

    Calls(Executor callers) {
        this.callers = callers;
    }

    /**
     * Calls a method that answers a future. One that throws looks like a future that fails, as it does to the core.
     *
     * @throws CheckFailure when it has not returned after the limit
     */
    <T> CompletableFuture<T> future(String what, Duration limit, Supplier<CompletableFuture<T>> call) {
        try {
            var future = returned(what, limit, call::get);
            return future == null
                    ? CompletableFuture.failedFuture(new CheckFailure(what + " answered null instead of a future"))
                    : future;
        } catch (ExecutionException e) {
            return CompletableFuture.failedFuture(cause(e));
        }
    }

    /**
     * Calls any method.
     *
     * @throws ExecutionException what it threw
     * @throws CheckFailure when it has not returned after the limit
     */
    <T> T returned(String what, Duration limit, Callable<T> call) throws ExecutionException {
        return on(callers, what, limit, call);
    }

    /** The same on the executor of a provider, where blocking calls belong. */
    static <T> T on(Executor executor, String what, Duration limit, Callable<T> call) throws ExecutionException {
        var result = new CompletableFuture<T>();
        executor.execute(() -> {
            try {
                result.complete(call.call());
            } catch (Exception | LinkageError | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
        return get(result, limit, what + " held its caller for more than " + text(limit));
    }

    /** What a future answers. @throws CheckFailure when it fails or does not answer in time */
    static <T> T answer(String what, Duration limit, CompletableFuture<T> future) {
        try {
            return get(future, limit, what + " did not answer within " + text(limit));
        } catch (ExecutionException e) {
            throw failed(what, cause(e));
        }
    }

    /** What a future fails with. @throws CheckFailure when it does not fail in time, or with something foreign */
    static DriverException failure(String what, Duration limit, CompletableFuture<?> future) {
        try {
            var value = get(future, limit, what + " did not answer within " + text(limit));
            throw new CheckFailure(what + " did not fail, but answered " + value);
        } catch (ExecutionException e) {
            return typed(what, cause(e));
        }
    }

    /** A failure as the exception that drivers have to use. */
    static DriverException typed(String what, Throwable failure) {
        if (!(failure instanceof DriverException typed)) {
            throw new CheckFailure(what + " failed with " + failure + " instead of a DriverException", failure);
        }
        CheckFailure.demand(
                typed.getMessage() != null && !typed.getMessage().isBlank(), what + " failed without a message");
        return typed;
    }

    /** Waits until a future is done in whatever way. */
    static boolean ends(CompletableFuture<?> future, Duration limit) {
        return future.handle((value, failure) -> true)
                .completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    static CheckFailure failed(String what, Throwable cause) {
        var fault = cause instanceof DriverException typed ? typed.fault() + ": " + typed.getMessage() : "" + cause;
        return cause instanceof CheckFailure known ? known : new CheckFailure(what + " failed: " + fault, cause);
    }

    static Throwable cause(Throwable failure) {
        var cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    static String text(Duration limit) {
        return limit.toMillis() < 10_000 ? limit.toMillis() + " ms" : limit.toSeconds() + " s";
    }

    private static <T> T get(CompletableFuture<T> future, Duration limit, String otherwise) throws ExecutionException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CheckFailure(otherwise);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotChecked("the check was interrupted", e);
        } catch (java.util.concurrent.CancellationException e) {
            throw new ExecutionException(e);
        }
    }
}
