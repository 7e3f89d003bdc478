package dev.nodepool.runner.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nodepool.view.DaemonView;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks launchers by HTTP why they do not take a request: each at the same time, each for a few seconds only. */
public final class PoolReasons {

    private static final int LONGEST_ANSWER = 1 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final Duration patience;
    private final HttpClient client;

    /** @param patience how long one launcher may take */
    public PoolReasons(Duration patience) {
        this.patience = patience;
        client = HttpClient.newBuilder().connectTimeout(patience).build();
    }

    /**
     * What launchers said.
     *
     * @param verdicts of all pools that have one
     * @param silent launchers that did not answer, with the reason
     */
    public record Answers(List<Verdict> verdicts, List<String> silent) {

        public Answers {
            verdicts = List.copyOf(verdicts);
            silent = List.copyOf(silent);
        }
    }

    /** Asks all that are launchers. */
    public Answers ask(List<DaemonView> daemons, String request) throws InterruptedException {
        List<Verdict> verdicts = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        List<DaemonView> launchers = daemons.stream()
                .filter(daemon -> daemon.roles().contains("launcher"))
                .toList();
        // One thread each: who hangs must not keep others from being asked in time.
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<List<Verdict>>> answers = launchers.stream()
                    .map(launcher -> CompletableFuture.supplyAsync(() -> ask(launcher, request), threads)
                            .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS))
                    .toList();
            for (int at = 0; at < launchers.size(); at++) {
                try {
                    verdicts.addAll(answers.get(at).get());
                } catch (ExecutionException e) {
                    silent.add(name(launchers.get(at)) + " does not tell: " + why(e.getCause()));
                }
            }
        } finally {
            threads.shutdownNow();
        }
        return new Answers(verdicts, silent);
    }

    private static String name(DaemonView launcher) {
        return "launcher " + launcher.id() + (launcher.web() == null ? "" : " at " + launcher.web());
    }

    private String why(@Nullable Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "no answer within " + patience.toSeconds() + " s";
        }
        String message = failure == null ? null : failure.getMessage();
        return message == null ? String.valueOf(failure) : message;
    }

    private List<Verdict> ask(DaemonView launcher, String request) {
        try {
            URI web = web(launcher);
            URI page = web.resolve("/requests/" + URLEncoder.encode(request, StandardCharsets.UTF_8));
            HttpResponse<InputStream> response = client.send(
                    HttpRequest.newBuilder(page)
                            .header("Accept", "application/json")
                            .timeout(patience)
                            .build(),
                    BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return verdicts(response.statusCode(), body.readNBytes(LONGEST_ANSWER));
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    e.getMessage() == null
                            ? "can not be reached (" + e.getClass().getSimpleName() + ")"
                            : e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** On another host the loopback address would lead to somebody else. */
    private static URI web(DaemonView launcher) throws UnknownHostException {
        if (launcher.web() == null) {
            throw new IllegalStateException("it has no status pages");
        }
        URI web = URI.create(launcher.web());
        if (!"http".equals(web.getScheme()) || web.getHost() == null) {
            throw new IllegalStateException("its address is none of HTTP");
        }
        if (!launcher.here() && InetAddress.getByName(web.getHost()).isLoopbackAddress()) {
            throw new IllegalStateException("it can be asked on host " + launcher.hostname() + " only");
        }
        return web;
    }

    private static List<Verdict> verdicts(int status, byte[] body) throws IOException {
        if (status == 404) {
            return List.of();
        }
        if (status != 200) {
            throw new IllegalStateException("it answers with HTTP status " + status);
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (JsonNode pool : JSON.readTree(body).path("pools")) {
            Optional.of(pool.path("effect").asText(""))
                    .filter(effect -> !effect.isEmpty() && !effect.equals("null"))
                    .ifPresent(effect -> verdicts.add(new Verdict(
                            pool.path("provider").asText(""),
                            pool.path("pool").asText(""),
                            pool.path("launcher").asText(""),
                            effect,
                            pool.path("code").asText(""),
                            pool.path("reason").asText(""))));
        }
        return verdicts;
    }
}
