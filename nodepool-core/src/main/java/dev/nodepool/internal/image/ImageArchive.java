package dev.nodepool.internal.image;

import dev.nodepool.internal.store.ImagePaths;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * All data of images, taken out of one ZooKeeper and put into another, in the form of Python Nodepool: an object of paths
 * with the text that is stored there. Thread-safe.
 */
public final class ImageArchive {

    private final Tree tree;

    public ImageArchive(Tree tree) {
        this.tree = tree;
    }

    /** Pauses, builds and uploads: what there is in ZooKeeper, by path. */
    public CompletableFuture<Map<String, String>> read() {
        var found = new ConcurrentSkipListMap<String, String>();
        return walk(Layout.IMAGES, found).thenApply(x -> found);
    }

    private CompletableFuture<Void> walk(String path, Map<String, String> found) {
        return orEmpty(tree.children(path))
                .thenCompose(names -> all(names.stream()
                        .filter(name -> !name.equals("lock"))
                        .map(name -> {
                            var child = path + "/" + name;
                            return all(List.of(record(child, found), walk(child, found)));
                        })
                        .toList()));
    }

    private CompletableFuture<Void> record(String path, Map<String, String> found) {
        if (!ImagePaths.archived(path)) {
            return CompletableFuture.completedFuture(null);
        }
        return tree.get(path)
                .<Void>thenApply(znode -> {
                    found.put(path, new String(znode.data(), StandardCharsets.UTF_8));
                    return null;
                })
                .exceptionallyCompose(ImageArchive::unlessGone);
    }

    private static CompletableFuture<List<String>> orEmpty(CompletableFuture<List<String>> names) {
        return names.exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                ? CompletableFuture.completedFuture(List.of())
                : CompletableFuture.failedFuture(failure));
    }

    private static CompletableFuture<Void> unlessGone(Throwable failure) {
        return TreeException.codeOf(failure) == Code.NO_NODE
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(failure);
    }

    /** As a JSON object. */
    public static byte[] bytes(Map<String, String> records) {
        return Json.write(new Document(new LinkedHashMap<>(records)));
    }

    /**
     * Reads what {@link #bytes} or Python wrote.
     *
     * @throws IllegalArgumentException when there is anything in it that is no data of images; names it
     */
    public static Map<String, String> parse(byte[] bytes) {
        var records = new TreeMap<String, String>();
        try {
            for (var field : Json.read(bytes).fields().entrySet()) {
                var path = field.getKey();
                if (!(field.getValue() instanceof String record) || !ImagePaths.archived(path)) {
                    throw new IllegalArgumentException(
                            path + " is no pause, build or upload of an image with its text");
                }
                if (!ImagePaths.isPause(path)) {
                    check(path, record);
                }
                records.put(path, record);
            }
        } catch (Json.Unreadable e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
        return records;
    }

    private static void check(String path, String record) {
        try {
            // Python's has builds without content, too: made, and left by a builder that died.
            if (!record.isEmpty()) {
                Json.read(record.getBytes(StandardCharsets.UTF_8));
            }
        } catch (Json.Unreadable e) {
            throw new IllegalArgumentException("the record of " + path + " can not be read: " + e.getMessage(), e);
        }
    }

    /** How many of these paths exist. */
    public CompletableFuture<Integer> existing(Map<String, String> records) {
        var answers = records.keySet().stream().map(tree::exists).toList();
        return all(answers).thenApply(x -> (int)
                answers.stream().filter(answer -> answer.join().isPresent()).count());
    }

    /**
     * Creates or replaces these records, each as it is; done again it does the same. Uploads that come later get higher
     * numbers than those here.
     *
     * @param records as {@link #parse} gives them
     */
    public CompletableFuture<Void> write(Map<String, String> records) {
        var highest = new LinkedHashMap<String, Long>();
        records.keySet().stream()
                .filter(ImagePaths::isUpload)
                .forEach(path -> highest.merge(Paths.parent(path), number(Paths.name(path)), Math::max));
        var steps = new ArrayList<CompletableFuture<Void>>();
        highest.forEach((uploads, number) -> steps.add(raise(uploads, number)));
        return all(steps)
                .thenCompose(x -> all(records.entrySet().stream()
                        .map(record -> write(record.getKey(), record.getValue()))
                        .toList()));
    }

    private CompletableFuture<Void> write(String path, String record) {
        return tree.ensure(path)
                .thenCompose(x -> tree.set(path, record.getBytes(StandardCharsets.UTF_8), -1))
                .thenApply(x -> null);
    }

    /** Takes numbers from the server and throws them away, as it has no other way to be told what comes next. */
    private CompletableFuture<Void> raise(String uploads, long number) {
        return tree.ensure(uploads)
                .thenCompose(x -> tree.create(uploads + "/", new byte[0], Mode.PERSISTENT_SEQUENTIAL))
                .thenCompose(made -> tree.delete(made.path(), -1)
                        .thenCompose(x -> number(made.name()) >= number
                                ? CompletableFuture.completedFuture(null)
                                : raise(uploads, number)));
    }

    private static long number(String name) {
        return name.matches("\\d{1,10}") ? Long.parseLong(name) : -1;
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> steps) {
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    }
}
