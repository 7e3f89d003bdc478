package dev.nodepool;

import dev.nodepool.config.LoadedConfig;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.internal.reload.ConfigWatch;
import dev.nodepool.view.Readiness;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a role comes to a newer configuration: from its files, or from code.
 *
 * @param watch follows the files, null when there are none
 * @param reading understands what was made in code
 * @param apply puts a configuration in force
 */
record Following(
        @Nullable ConfigWatch watch, Function<Map<String, ?>, LoadedConfig> reading, Consumer<NodepoolConfig> apply) {

    void start() {
        if (watch != null) {
            watch.start();
        }
    }

    void stop() {
        if (watch != null) {
            watch.stop();
        }
    }

    CompletableFuture<Void> check() {
        return watch == null ? CompletableFuture.completedFuture(null) : watch.check();
    }

    CompletableFuture<Void> replace(Map<String, ?> values) {
        if (watch != null) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("the configuration is in files, which are followed"));
        }
        try {
            apply.accept(reading.apply(values).config());
            return CompletableFuture.completedFuture(null);
        } catch (RuntimeException unusable) {
            return CompletableFuture.failedFuture(unusable);
        }
    }

    Readiness remarked(Readiness readiness) {
        return watch == null ? readiness : watch.remark().map(readiness::remark).orElse(readiness);
    }
}
