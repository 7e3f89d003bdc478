package dev.nodepool.runner.web;

import dev.nodepool.runner.page.StatusPage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/** {@code /}: the page for people, and the two files that it needs. */
final class PageEndpoint implements Endpoint {

    /** Nothing from elsewhere, nothing inline, in nobody's frame: what a record says can not become a script. */
    private static final String POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
            + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final BiFunction<Instant, Executor, CompletableFuture<String>> html;
    private final KeptAnswers kept;

    /** @param html makes the page of a moment, on the executor */
    PageEndpoint(BiFunction<Instant, Executor, CompletableFuture<String>> html, KeptAnswers kept) {
        this.html = html;
        this.kept = kept;
    }

    @Override
    public CompletableFuture<Answer> answer(Query query) {
        return kept.answer(
                query,
                query.path(),
                (now, executor) -> html.apply(now, executor)
                        .thenApply(text -> Answer.of(200, Answer.HTML, text)
                                .with("Content-Security-Policy", POLICY)
                                .with("Referrer-Policy", "no-referrer")));
    }

    /** A file beside the page. */
    static Endpoint file(String path, String type) {
        String name = path.substring(1);
        try (InputStream content = StatusPage.class.getResourceAsStream(name)) {
            if (content == null) {
                throw new IllegalStateException(name + " is missing in the jar");
            }
            Answer answer = Answer.of(200, type, new String(content.readAllBytes(), StandardCharsets.UTF_8))
                    .with("Cache-Control", "no-cache");
            return Endpoint.immediate(query -> answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
