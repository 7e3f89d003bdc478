package dev.nodepool.driver.openstack;

import dev.nodepool.driver.openstack.rest.Answer;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Rest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;

/**
 * Calls of Nova in the version we like: one that tells the flavor's size with each server and finds a network when none
 * is named. A Nova that is too old for it is asked without. Thread-safe.
 */
final class Compute {

    private static final Logger LOG = System.getLogger(Compute.class.getName());
    private static final String VERSION = "2.47";
    private static final int NOT_ACCEPTABLE = 406;

    private final Rest rest;
    private volatile boolean versioned = true;

    Compute(Rest rest) {
        this.rest = rest;
    }

    boolean versioned() {
        return versioned;
    }

    CompletableFuture<Answer> call(Call call) {
        if (!versioned) {
            return rest.call(call);
        }
        var sent = rest.call(call.with("OpenStack-API-Version", "compute " + VERSION)
                .with("X-OpenStack-Nova-API-Version", VERSION)
                .tolerating(NOT_ACCEPTABLE));
        var answer = sent.thenCompose(a -> {
            if (a.status() != NOT_ACCEPTABLE) {
                return CompletableFuture.completedFuture(a);
            }
            if (versioned) {
                versioned = false;
                LOG.log(Level.INFO, "Nova does not know version {0}, the oldest is used", VERSION);
            }
            return rest.call(call);
        });
        answer.whenComplete((a, failure) -> sent.cancel(true));
        return answer;
    }
}
