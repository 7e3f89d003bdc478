package dev.nodepool.internal.provider;

import dev.nodepool.internal.retention.Known;
import java.util.concurrent.CompletableFuture;

/** Tells a provider what the node records know. Used on the loop. */
public interface KnownThings {

    /** Completes when all records are known, which is soon or with the next connection. */
    CompletableFuture<Known> whenComplete();

    /** What is known at this moment. */
    Known now();
}
