package dev.nodepool.runner.web;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Answers GET and HEAD on one path. Called from several threads at once; must not wait for anything. */
@FunctionalInterface
public interface Endpoint {

    /** The answer for this moment; a failure is told as 500. */
    CompletableFuture<Answer> answer(Query query);

    /** An endpoint that knows its answer at once. */
    static Endpoint immediate(Function<Query, Answer> answer) {
        return query -> CompletableFuture.completedFuture(answer.apply(query));
    }
}
