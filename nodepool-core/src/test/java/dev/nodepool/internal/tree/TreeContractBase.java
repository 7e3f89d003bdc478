package dev.nodepool.internal.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.tree.TreeException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** What the parts of the contract share. Each test has a server without anything of another test. */
abstract class TreeContractBase {

    static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<Tree> opened = new ArrayList<>();

    /** A tree on the shared server; need not be connected yet. */
    abstract Tree start();

    /** Ends the session as the server would. */
    abstract void killSession(Tree tree);

    /** Takes the server away from all trees. */
    abstract void disconnect();

    abstract void reconnect();

    /** After all trees are closed. */
    abstract void stopServer();

    Tree open() {
        var tree = start();
        opened.add(tree);
        awaitConnected(tree);
        return tree;
    }

    static void awaitConnected(Tree tree) {
        await().atMost(LIMIT).until(() -> tree.session().connected());
    }

    @AfterEach
    void closeTrees() {
        opened.forEach(Tree::close);
        stopServer();
    }

    static <T> T got(CompletableFuture<T> future) {
        try {
            return future.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof TreeException tree ? tree : failed;
        }
    }

    static TreeException refusal(CompletableFuture<?> future) {
        var failure = future.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .handle((done, thrown) -> thrown)
                .join();
        assertThat(failure).isInstanceOf(TreeException.class);
        return (TreeException) failure;
    }

    static Code code(CompletableFuture<?> future) {
        return refusal(future).code();
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
