package dev.nodepool.runner.web;

import dev.nodepool.runner.listing.Listing;
import dev.nodepool.view.Overview;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * A table, as text or as JSON.
 *
 * @param <T> what the rows are made of
 */
final class TableEndpoint<T> implements Endpoint {

    /** Writes rows as JSON. */
    @FunctionalInterface
    interface Json<T> {

        byte[] of(Collection<? extends T> rows, Query query, Instant now);
    }

    private record Key(String path, boolean json, String nodeId, Set<String> fields) {}

    private final Listing<T> listing;
    private final Supplier<CompletableFuture<Optional<Overview>>> overview;
    private final BiFunction<Overview, Query, ? extends Collection<? extends T>> rows;
    private final KeptAnswers kept;
    private final Json<T> json;

    TableEndpoint(
            Listing<T> listing,
            Supplier<CompletableFuture<Optional<Overview>>> overview,
            BiFunction<Overview, Query, ? extends Collection<? extends T>> rows,
            KeptAnswers kept) {
        this(
                listing,
                overview,
                rows,
                kept,
                (all, query, now) -> listing.json(all, now).getBytes(StandardCharsets.UTF_8));
    }

    /** With a way of its own to write JSON. */
    TableEndpoint(
            Listing<T> listing,
            Supplier<CompletableFuture<Optional<Overview>>> overview,
            BiFunction<Overview, Query, ? extends Collection<? extends T>> rows,
            KeptAnswers kept,
            Json<T> json) {
        this.json = json;
        this.listing = listing;
        this.overview = overview;
        this.rows = rows;
        this.kept = kept;
    }

    @Override
    public CompletableFuture<Answer> answer(Query query) {
        Optional<Accept> accepted = Accept.of(query);
        if (accepted.isEmpty()) {
            return CompletableFuture.completedFuture(Refusals.notAcceptable());
        }
        boolean asJson = accepted.get() == Accept.JSON;
        Set<String> fields = asJson ? Set.of() : fields(query);
        Key key = new Key(query.path(), asJson, query.parameter("node_id").orElse(""), fields);
        return kept.answer(
                query,
                key,
                (now, executor) -> overview.get()
                        .thenApplyAsync(
                                known -> known.map(all -> asJson
                                                ? Answer.of(
                                                        200, Answer.JSON, json.of(rows.apply(all, query), query, now))
                                                : text(rows.apply(all, query), fields, now))
                                        .orElseGet(() -> Refusals.unavailable(query)),
                                executor));
    }

    private Answer text(Collection<? extends T> all, Set<String> fields, Instant now) {
        return Answer.of(200, Answer.TEXT, (fields.isEmpty() ? listing : listing.only(fields)).text(all, now));
    }

    /** Names that the table does not know are no reason to keep another answer, except that there is one. */
    private Set<String> fields(Query query) {
        List<String> asked = Arrays.stream(query.parameter("fields").orElse("").split(","))
                .filter(name -> !name.isEmpty())
                .toList();
        Set<String> known = new TreeSet<>(asked);
        known.retainAll(listing.columns().stream().map(column -> column.key()).toList());
        return asked.isEmpty() || !known.isEmpty() ? known : Set.of("");
    }
}
