package dev.nodepool.internal.reload;

import dev.nodepool.config.ConfigException;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.LoadedConfig;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.driver.config.Problem.Severity;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.metrics.Stats;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the files of a configuration by their content. A new content that can be used is handed on whole; one that can
 * not is refused, said once, and the one before stays in force. Files are read off the loop. Thread-safe.
 */
public final class ConfigWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);

    static final Duration EVERY = Duration.ofSeconds(10);

    /** A content is believed when it is the same after this long: half a file may be good YAML, too. */
    static final Duration SETTLE = Duration.ofMillis(500);

    private final Threads threads;
    private final Executor loop;
    private final Supplier<LoadedConfig> load;
    private final Stats stats;
    private final Consumer<NodepoolConfig> apply;
    private List<Path> files;
    private String inForce;
    private @Nullable CompletableFuture<Void> looking;
    private boolean stopped;
    private volatile @Nullable Refusal refusal;

    private record Refusal(String hash, List<Problem> problems, String message) {

        String text() {
            var errors = problems.stream()
                    .filter(problem -> problem.severity() == Severity.ERROR)
                    .toList();
            return "the configuration on disk is not in force: "
                    + (errors.isEmpty() ? message : errors.get(0).toString())
                    + (errors.size() < 2 ? "" : " (and " + (errors.size() - 1) + " more)");
        }
    }

    /**
     * @param loop where the result is handed on
     * @param loaded what is in force now
     * @param load reads the files anew; may block, fails with {@link ConfigException}
     * @param stats told what was accepted and refused, and how many problems keep the files from being in force
     * @param apply takes a new configuration
     */
    public ConfigWatch(
            Threads threads,
            Executor loop,
            LoadedConfig loaded,
            Supplier<LoadedConfig> load,
            Stats stats,
            Consumer<NodepoolConfig> apply) {
        this.threads = threads;
        this.loop = loop;
        this.load = load;
        this.stats = stats;
        this.apply = apply;
        files = loaded.files();
        inForce = loaded.contentHash();
    }

    /** Looks every 10 s from now on. */
    public void start() {
        loop.execute(this::again);
    }

    private void again() {
        threads.timerOn(loop).after(EVERY, () -> {
            if (!stopped) {
                look();
                again();
            }
        });
    }

    public void stop() {
        loop.execute(() -> stopped = true);
    }

    /**
     * Looks now.
     *
     * @return completes when what is on disk is in force; fails with {@link ConfigException} when it can not be
     */
    public CompletableFuture<Void> check() {
        return CompletableFuture.supplyAsync(this::look, loop).thenCompose(done -> done);
    }

    /** Why the files on disk are not in force, for people; empty when they are. */
    public Optional<String> remark() {
        var now = refusal;
        return now == null ? Optional.empty() : Optional.of(now.text());
    }

    private CompletableFuture<Void> look() {
        if (looking != null) {
            return looking.copy();
        }
        var done = new CompletableFuture<Void>();
        looking = done;
        var answer = done.whenComplete((x, failure) -> looking = null);
        hash().whenCompleteAsync((hash, failure) -> seen(done, hash, failure), loop);
        return answer;
    }

    private CompletableFuture<String> hash() {
        var now = files;
        return CompletableFuture.supplyAsync(() -> ConfigLoader.contentHash(now), threads.shared());
    }

    private void seen(CompletableFuture<Void> done, @Nullable String hash, @Nullable Throwable failure) {
        var known = refusal;
        if (hash == null) {
            done.completeExceptionally(
                    new IllegalStateException("the configuration files can not be looked at", failure));
        } else if (hash.equals(inForce)) {
            recovered();
            done.complete(null);
        } else if (known != null && known.hash().equals(hash)) {
            // Tried again each time: what it names may have come, in a file that is not known yet.
            read(done, hash);
        } else {
            settle(done, hash);
        }
    }

    private void settle(CompletableFuture<Void> done, String hash) {
        threads.timerOn(loop)
                .after(
                        SETTLE,
                        () -> hash().whenCompleteAsync(
                                        (again, failure) -> {
                                            if (hash.equals(again)) {
                                                read(done, hash);
                                            } else {
                                                seen(done, again, failure);
                                            }
                                        },
                                        loop));
    }

    private void read(CompletableFuture<Void> done, String hash) {
        CompletableFuture.supplyAsync(load, threads.shared())
                .whenCompleteAsync(
                        (loaded, failure) -> {
                            if (loaded == null) {
                                refuse(hash, reason(failure));
                                done.completeExceptionally(reason(failure));
                            } else if (loaded.files().equals(files)
                                    && !loaded.contentHash().equals(hash)) {
                                settle(done, loaded.contentHash());
                            } else {
                                accept(loaded);
                                done.complete(null);
                            }
                        },
                        loop);
    }

    private static RuntimeException reason(@Nullable Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    private void refuse(String hash, RuntimeException why) {
        var problems = why instanceof ConfigException config ? config.problems() : List.<Problem>of();
        var now = new Refusal(hash, problems, String.valueOf(why.getMessage()));
        if (now.equals(refusal)) {
            return;
        }
        refusal = now;
        stats.count(FigureName.CONFIG_REFUSED.of(), 1);
        problems(problems.stream().filter(p -> p.severity() == Severity.ERROR).count());
        LOG.error(
                "The configuration on disk can not be used, the last good one stays in force",
                problems.isEmpty() ? why : null);
        problems.forEach(ConfigWatch::say);
    }

    private static void say(Problem problem) {
        if (problem.severity() == Severity.ERROR) {
            LOG.error("{}", problem);
        } else {
            LOG.warn("{}", problem);
        }
    }

    private void accept(LoadedConfig loaded) {
        files = loaded.files();
        inForce = loaded.contentHash();
        stats.count(FigureName.CONFIG_ACCEPTED.of(), 1);
        recovered();
        loaded.warnings().forEach(ConfigWatch::say);
        apply.accept(loaded.config());
    }

    private void problems(long errors) {
        stats.gauge(FigureName.CONFIG_PROBLEMS.of(), errors);
    }

    private void recovered() {
        if (refusal != null) {
            refusal = null;
            problems(0);
            LOG.info("The configuration on disk is in force again");
        }
    }
}
