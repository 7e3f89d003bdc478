package dev.nodepool.internal.store;

import dev.nodepool.internal.lifecycle.BuildEvent;
import dev.nodepool.internal.lifecycle.Lifecycle;
import dev.nodepool.internal.lifecycle.UploadEvent;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Refused.Why;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.RecordState;
import dev.nodepool.model.StoredRecord;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All writing of builds and uploads: create, let an event happen, remove. States come from the transition tables
 * alone; each write demands the version last read and the session its lock belongs to. Every future completes on the loop.
 */
public final class ImageRecords {

    private final Tree tree;
    private final Loop loop;
    private final Threads threads;
    private final ImageCache cache;

    ImageRecords(Tree tree, Loop loop, Threads threads, ImageCache cache) {
        this.tree = tree;
        this.loop = loop;
        this.threads = threads;
        this.cache = cache;
    }

    /**
     * Creates the record of a build that begins.
     *
     * @param lock the held lock of the image's builds
     */
    public CompletableFuture<Held<ImageBuild>> createBuild(
            LockHandle lock, String image, List<String> formats, String builder, String builderId) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("builder", builder);
        fields.put("builder_id", builderId);
        fields.put("formats", String.join(",", formats));
        access(fields, null, null, null);
        var id = threads.plainId();
        var doc = after(Lifecycle.BUILD.next(null, BuildEvent.START), Document.EMPTY.with(fields));
        var path = ImagePaths.build(image, id);
        // The id is ours alone: a second try finds what the first one made.
        return Sessions.persist(
                        tree,
                        lock.session(),
                        () -> tree.create(path, Json.write(doc), Tree.Mode.PERSISTENT, lock.session())
                                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NODE_EXISTS
                                        ? tree.get(path)
                                        : CompletableFuture.failedFuture(failure)))
                .thenApplyAsync(znode -> created(znode, new ImageBuild(image, id, doc), lock), loop);
    }

    /**
     * Creates the record of an upload that begins.
     *
     * @param lock the held lock of the uploads of the build to the provider
     */
    public CompletableFuture<Held<ImageUpload>> createUpload(LockHandle lock, ImageBuild build, String provider) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("external_id", null);
        fields.put("external_name", null);
        fields.put("format", null);
        access(fields, build.username(), build.pythonPath(), build.shellType());
        var doc = after(Lifecycle.UPLOAD.next(null, UploadEvent.START), Document.EMPTY.with(fields));
        var parent = ImagePaths.uploads(build.image(), build.id(), provider);
        return createUpload(lock, parent, Json.write(doc))
                .thenApplyAsync(
                        znode -> created(
                                znode, new ImageUpload(build.image(), build.id(), provider, znode.name(), doc), lock),
                        loop);
    }

    private CompletableFuture<Znode> createUpload(LockHandle lock, String parent, byte[] data) {
        return tree.create(parent + "/", data, Tree.Mode.PERSISTENT_SEQUENTIAL, lock.session())
                .exceptionallyCompose(failure -> {
                    if (TreeException.codeOf(failure) != Code.CONNECTION_LOSS) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    return Sessions.persist(tree, lock.session(), tree::sync)
                            .thenCompose(x -> find(lock, parent, data))
                            .thenCompose(found -> found.map(CompletableFuture::completedFuture)
                                    .orElseGet(() -> createUpload(lock, parent, data)));
                });
    }

    /** What a creation whose answer was lost has made: nobody else creates there while we hold the lock. */
    private CompletableFuture<Optional<Znode>> find(LockHandle lock, String parent, byte[] data) {
        return Sessions.persist(
                tree,
                lock.session(),
                () -> tree.children(parent).thenCompose(names -> {
                    var reads = names.stream()
                            .filter(name -> !name.equals("lock"))
                            .map(name -> tree.get(parent + "/" + name))
                            .toList();
                    return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
                            .thenApply(x -> reads.stream()
                                    .map(CompletableFuture::join)
                                    .filter(znode -> Arrays.equals(znode.data(), data))
                                    .findFirst());
                }));
    }

    private <T extends StoredRecord> Held<T> created(Znode znode, T record, LockHandle lock) {
        cache.learn(new Znode(znode.path(), Json.write(record.doc()), znode.stat()));
        return new Held<>(record, znode.stat().version(), lock);
    }

    private static void access(
            Map<String, @Nullable Object> fields,
            @Nullable String username,
            @Nullable String pythonPath,
            @Nullable String shellType) {
        fields.put("username", username);
        fields.put("python_path", pythonPath);
        fields.put("shell_type", shellType);
    }

    /** A build as it is now, to be written under a lock. Fails with {@link Refused} when it is gone or unreadable. */
    public CompletableFuture<Held<ImageBuild>> hold(ImageBuild build, LockHandle lock) {
        return read(
                ImagePaths.build(build.image(), build.id()),
                lock,
                doc -> new ImageBuild(build.image(), build.id(), doc));
    }

    /** The same for an upload. */
    public CompletableFuture<Held<ImageUpload>> hold(ImageUpload upload, LockHandle lock) {
        return read(
                path(upload),
                lock,
                doc -> new ImageUpload(upload.image(), upload.build(), upload.provider(), upload.id(), doc));
    }

    private <T extends StoredRecord> CompletableFuture<Held<T>> read(
            String path, LockHandle lock, Function<Document, T> of) {
        return tree.get(path)
                .handleAsync(
                        (znode, failure) -> {
                            if (znode != null) {
                                try {
                                    return CompletableFuture.completedFuture(new Held<>(
                                            of.apply(Json.read(znode.data())),
                                            znode.stat().version(),
                                            lock));
                                } catch (Json.Unreadable e) {
                                    return CompletableFuture.<Held<T>>failedFuture(new Refused(Why.STALE, path));
                                }
                            }
                            return CompletableFuture.<Held<T>>failedFuture(refusal(path, failure));
                        },
                        loop)
                .thenCompose(x -> x);
    }

    /** Lets an event happen to a held build; the fields are replaced, those given as absent are removed. */
    public CompletableFuture<Held<ImageBuild>> apply(
            Held<ImageBuild> held,
            BuildEvent event,
            Map<String, ? extends @Nullable Object> changes,
            String... absent) {
        var build = held.record();
        var state = Lifecycle.BUILD.next(build.state(), event);
        var doc = changed(build.doc(), build.state(), state, changes);
        for (var field : absent) {
            doc = doc.without(field);
        }
        return write(ImagePaths.build(build.image(), build.id()), held, new ImageBuild(build.image(), build.id(), doc));
    }

    /** Lets an event happen to a held upload. */
    public CompletableFuture<Held<ImageUpload>> apply(
            Held<ImageUpload> held, UploadEvent event, Map<String, ? extends @Nullable Object> changes) {
        var upload = held.record();
        var state = Lifecycle.UPLOAD.next(upload.state(), event);
        return write(path(upload), held, with(upload, changed(upload.doc(), upload.state(), state, changes)));
    }

    /** Changes fields of a held upload, not its state. */
    public CompletableFuture<Held<ImageUpload>> update(
            Held<ImageUpload> held, Map<String, ? extends @Nullable Object> changes) {
        return write(
                path(held.record()),
                held,
                with(held.record(), held.record().doc().with(changes)));
    }

    private static ImageUpload with(ImageUpload upload, Document doc) {
        return new ImageUpload(upload.image(), upload.build(), upload.provider(), upload.id(), doc);
    }

    private Document changed(
            Document before, RecordState from, RecordState to, Map<String, ? extends @Nullable Object> changes) {
        var doc = before.with(changes);
        return from == to ? doc : after(to, doc);
    }

    private Document after(RecordState state, Document doc) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("state", state.text());
        fields.put("state_time", threads.now());
        return doc.with(fields);
    }

    private <T extends StoredRecord> CompletableFuture<Held<T>> write(String path, Held<T> held, T after) {
        if (!held.lock().valid(tree.session())) {
            return CompletableFuture.failedFuture(new TreeException(Code.SESSION_EXPIRED, path));
        }
        var data = Json.write(after.doc());
        return new VersionedWrite(tree, held.lock().session(), path, data, held.version())
                .send()
                .handleAsync(
                        (znode, failure) -> {
                            if (znode == null) {
                                return CompletableFuture.<Held<T>>failedFuture(refusal(path, failure));
                            }
                            cache.learn(znode);
                            return CompletableFuture.completedFuture(
                                    new Held<>(after, znode.stat().version(), held.lock()));
                        },
                        loop)
                .thenCompose(x -> x);
    }

    private static Throwable refusal(String path, @Nullable Throwable failure) {
        var known = Objects.requireNonNull(failure);
        return switch (TreeException.codeOf(known)) {
            case BAD_VERSION -> new Refused(Why.STALE, path);
            case NO_NODE -> new Refused(Why.GONE, path);
            default -> known;
        };
    }

    /** Removes the record of an upload with its lock; done when it is gone, whoever removed it. */
    public CompletableFuture<Void> remove(ImageUpload upload) {
        return remove(path(upload));
    }

    /**
     * Removes the record of a build, unless an upload of it is left.
     *
     * @return whether it is gone
     */
    public CompletableFuture<Boolean> remove(ImageBuild build) {
        return cache.read(build.image())
                .thenComposeAsync(
                        facts -> {
                            var now = facts.build(build.id());
                            if (now.isPresent() && !now.get().uploads().isEmpty()) {
                                return CompletableFuture.completedFuture(false);
                            }
                            return remove(ImagePaths.build(build.image(), build.id()))
                                    .thenApply(x -> true);
                        },
                        loop);
    }

    private CompletableFuture<Void> remove(String path) {
        return Removal.recursive(tree, path).thenAcceptAsync(x -> cache.forget(path), loop);
    }

    /** Takes back a manual request, if it is still the same one. */
    public CompletableFuture<Void> answered(String image, long created) {
        var path = ImagePaths.request(image);
        return onLoop(tree.exists(path)
                .thenCompose(stat -> stat.isPresent() && stat.get().czxid() == created
                        ? tree.delete(path, -1)
                        : CompletableFuture.completedFuture(null))
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure)));
    }

    private static String path(ImageUpload upload) {
        return ImagePaths.upload(upload.image(), upload.build(), upload.provider(), upload.id());
    }

    private <R> CompletableFuture<R> onLoop(CompletableFuture<R> future) {
        return future.whenCompleteAsync((x, failure) -> {}, loop);
    }

    /** Fields of an upload without a result. */
    public static Map<String, @Nullable Object> noResult() {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        List.of("external_id", "external_name", "format", "username", "python_path", "shell_type")
                .forEach(name -> fields.put(name, null));
        return Collections.unmodifiableMap(fields);
    }
}
