package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** For the questions of the core that are answered on the spot. */
final class Waiting {

    /** More than several calls one after the other with their deadlines should take. */
    private static final Duration LONGEST = Duration.ofSeconds(100);

    private Waiting() {}

    static <T> T get(CompletableFuture<T> answer) throws DriverException {
        try {
            return answer.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw DriverException.from(e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new DriverException(Fault.UNAVAILABLE, "no answer within " + LONGEST.toSeconds() + " s", null, e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new DriverException(Fault.UNAVAILABLE, "interrupted", null, e);
        }
    }
}
