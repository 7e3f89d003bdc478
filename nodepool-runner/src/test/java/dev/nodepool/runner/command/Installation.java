package dev.nodepool.runner.command;

import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.runner.library.CoreLibrary;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A ZooKeeper with whatever a test writes into it, and the {@code nodepool} command on it, in this process. */
final class Installation implements AutoCloseable {

    private final EmbeddedZooKeeper server = EmbeddedZooKeeper.start();
    private final Path config;
    final Tree tree;
    final ScriptedQuestions questions = new ScriptedQuestions();

    private String out = "";
    private String err = "";

    /** @param yaml what the configuration holds beside the ZooKeeper */
    Installation(Path directory, String yaml) throws IOException {
        String[] parts = server.connectString().split(":");
        config = Files.writeString(
                directory.resolve("nodepool.yaml"),
                "zookeeper-servers: [{host: %s, port: %s}]\n%s".formatted(parts[0], parts[1], yaml));
        tree = CuratorTree.open(ZooKeeperConfig.of(server.connectString()));
        await().atMost(Duration.ofSeconds(30)).until(() -> tree.session().connected());
    }

    Path config() {
        return config;
    }

    /** Runs the command with the configuration of this installation and returns its exit code. */
    int run(String... args) {
        List<String> all = new ArrayList<>(List.of("-c", config.toString()));
        all.addAll(List.of(args));
        return runWithoutConfig(all.toArray(String[]::new));
    }

    int runWithoutConfig(String... args) {
        StringWriter newOut = new StringWriter();
        StringWriter newErr = new StringWriter();
        int code = Programs.nodepool(new CoreLibrary(), questions)
                .setOut(new PrintWriter(newOut, true))
                .setErr(new PrintWriter(newErr, true))
                .execute(args);
        out = newOut.toString();
        err = newErr.toString();
        return code;
    }

    /** What the last run wrote to the standard output. */
    String out() {
        return out;
    }

    /** What the last run wrote to the standard error. */
    String err() {
        return err;
    }

    void write(String path, String record) {
        get(tree.ensure(path));
        get(tree.set(path, record.getBytes(StandardCharsets.UTF_8), -1));
    }

    /** The record at a path, empty when nothing is there. */
    Optional<String> read(String path) {
        return get(tree.exists(path)).isEmpty()
                ? Optional.empty()
                : Optional.of(new String(get(tree.get(path)).data(), StandardCharsets.UTF_8));
    }

    static <T> T get(CompletableFuture<T> answer) {
        return answer.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        tree.close();
        server.close();
    }
}
