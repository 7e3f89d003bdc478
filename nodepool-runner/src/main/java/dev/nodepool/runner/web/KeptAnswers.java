package dev.nodepool.runner.web;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/** Answers that are made once a second at most, however many ask, with the headers that say so. Thread-safe. */
final class KeptAnswers {

    private static final Duration KEPT = Duration.ofSeconds(1);
    /** Bytes of all bodies; what does not fit is made anew. */
    private static final long ROOM = 64L * 1024 * 1024;

    private final AsyncCache<Object, Answer> answers;
    private final InstantSource clock;

    KeptAnswers(InstantSource clock, Ticker ticker) {
        this.clock = clock;
        answers = Caffeine.newBuilder()
                .expireAfterWrite(KEPT)
                .maximumWeight(ROOM)
                .weigher(
                        (Object key, Answer answer) -> 1_000 + 2 * answer.body().plain().length)
                .ticker(ticker)
                .buildAsync();
    }

    /**
     * The answer of a key, made now or in the last second.
     *
     * @param make makes it on an executor, for a moment
     */
    CompletableFuture<Answer> answer(
            Query query, Object key, BiFunction<Instant, Executor, CompletableFuture<Answer>> make) {
        return answers.get(key, (x, executor) -> {
                    Instant now = clock.instant();
                    return make.apply(now, executor)
                            .thenApply(answer -> answer.status() == 200 ? dated(answer, now) : answer);
                })
                .thenApply(answer -> unchanged(query, answer) ? notAgain(answer) : answer);
    }

    private static Answer dated(Answer answer, Instant now) {
        return answer.with("Access-Control-Allow-Origin", "*")
                .with("Cache-Control", "max-age=1, public")
                .with("Vary", "Accept")
                .with("Last-Modified", HttpDate.of(now))
                .with("Expires", HttpDate.of(now.plus(KEPT)));
    }

    private static boolean unchanged(Query query, Answer answer) {
        String made = answer.headers().get("Last-Modified");
        return made != null
                && query.header("if-modified-since")
                        .flatMap(HttpDate::parse)
                        .filter(known -> !known.isBefore(HttpDate.parse(made).orElse(Instant.MAX)))
                        .isPresent();
    }

    private static Answer notAgain(Answer answer) {
        return new Answer(304, answer.type(), new Body(""), answer.headers());
    }
}
