package dev.nodepool.internal.store;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.store.ImagePaths.Place;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.Znode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live copy of everything about disk images: builds, uploads, requests, pauses, and whether work on them is under way.
 * Kept by a standing watch and made anew after every interruption; nothing may be decided on it before it has caught up.
 * Lives on the loop.
 */
public final class ImageCache {

    private static final Logger LOG = LoggerFactory.getLogger(ImageCache.class);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Tree tree;
    private final Loop loop;
    private final Timer timer;
    private final Runnable changed;
    private final RootWatch watch;
    private ImageMap map = new ImageMap();
    private int walk;
    private boolean caughtUp;

    /**
     * @param timer to try again when making the copy has failed
     * @param changed run on the loop after every change, and when the copy is whole
     */
    public ImageCache(Tree tree, Loop loop, Timer timer, Runnable changed) {
        this.tree = tree;
        this.loop = loop;
        this.timer = timer;
        this.changed = changed;
        watch = new RootWatch(tree, loop, Layout.IMAGES, this::changed);
    }

    public boolean caughtUp() {
        return caughtUp;
    }

    /** All images that are or were in ZooKeeper, by name. */
    public List<ImageFacts> all() {
        return map.all();
    }

    public ImageFacts image(String name) {
        return map.facts(name);
    }

    /** How many records could not be read so far, each counted once. */
    public int oddRecords() {
        return map.oddRecords();
    }

    /** An image as ZooKeeper has it now, past the copy. Completes on the loop. */
    public CompletableFuture<ImageFacts> read(String image) {
        var fresh = new ImageMap();
        return new ImageWalk(tree, loop, fresh).image(image).thenApplyAsync(x -> fresh.facts(image), loop);
    }

    /** All images as ZooKeeper has them now, past the copy, by name. Completes on the loop. */
    public CompletableFuture<List<ImageFacts>> readAll() {
        var fresh = new ImageMap();
        var reader = new ImageWalk(tree, loop, fresh);
        return names().thenComposeAsync(
                        names -> CompletableFuture.allOf(
                                names.stream().map(reader::image).toArray(CompletableFuture[]::new)),
                        loop)
                .thenApplyAsync(x -> fresh.all(), loop);
    }

    /** Nobody need ever have built an image here. */
    private CompletableFuture<List<String>> names() {
        return tree.children(Layout.IMAGES)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == TreeException.Code.NO_NODE
                        ? CompletableFuture.completedFuture(List.of())
                        : CompletableFuture.failedFuture(failure));
    }

    public void disconnected() {
        caughtUp = false;
        walk++;
    }

    public void connected() {
        var turn = ++walk;
        caughtUp = false;
        watch.set()
                .whenCompleteAsync(
                        (x, failure) -> {
                            if (failure == null) {
                                all(turn);
                            } else {
                                walked(turn, failure);
                            }
                        },
                        loop);
    }

    private void all(int turn) {
        if (turn != walk) {
            return;
        }
        map = new ImageMap();
        var reader = new ImageWalk(tree, loop, map);
        names().thenComposeAsync(
                        names -> CompletableFuture.allOf(
                                names.stream().map(reader::image).toArray(CompletableFuture[]::new)),
                        loop)
                .whenCompleteAsync((x, failure) -> walked(turn, failure), loop);
    }

    private void walked(int turn, @Nullable Throwable failure) {
        if (turn != walk) {
            return;
        }
        if (failure != null) {
            LOG.warn("Reading all images failed and is tried again: {}", String.valueOf(failure));
            timer.after(
                    RETRY,
                    () -> loop.execute(() -> {
                        if (turn == walk) {
                            connected();
                        }
                    }));
            return;
        }
        caughtUp = true;
        tell();
    }

    private void changed(Tree.Change change) {
        var place = ImagePaths.place(change.path());
        if (place instanceof Place.Other) {
            return;
        }
        if (change.kind() == Tree.Change.Kind.DELETED) {
            map.gone(place);
            tell();
            return;
        }
        read(place);
    }

    private void read(Place place) {
        var reader = new ImageWalk(tree, loop, map);
        if (place instanceof Place.Image image) {
            map.image(image.image());
        } else if (place instanceof Place.Pause pause) {
            map.paused(pause.image());
        } else if (place instanceof Place.Contender contender) {
            map.contender(contender);
        } else if (place instanceof Place.Request request) {
            tellAfter(reader.request(request.image()));
            return;
        } else if (place instanceof Place.Build build) {
            tellAfter(reader.build(build));
            return;
        } else if (place instanceof Place.Upload upload) {
            tellAfter(reader.upload(upload));
            return;
        }
        tell();
    }

    private void tellAfter(CompletableFuture<Void> reading) {
        reading.whenCompleteAsync(
                (x, failure) -> {
                    if (failure != null && !TreeException.codeOf(failure).unclear()) {
                        LOG.warn("A change of an image could not be read: {}", String.valueOf(failure));
                    }
                    tell();
                },
                loop);
    }

    /** A listener that throws has no say in what happens to the copy. */
    private void tell() {
        loop.guard(changed);
    }

    /** What we wrote, known before its event comes back. */
    void learn(Znode znode) {
        var place = ImagePaths.place(znode.path());
        if (place instanceof Place.Build build) {
            map.build(build, znode);
        } else if (place instanceof Place.Upload upload) {
            map.upload(upload, znode);
        }
    }

    /** What we removed. */
    void forget(String path) {
        map.gone(ImagePaths.place(path));
    }
}
