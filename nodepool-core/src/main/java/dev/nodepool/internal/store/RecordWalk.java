package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads all records of one kind and who contends for their locks, once, for a live copy. To be used on the loop. */
final class RecordWalk {

    private final Tree tree;
    private final Loop loop;
    private final RecordKind<?, ?, ?> kind;
    private final Reads reads;
    private final Contenders contenders;
    private final Consumer<Set<String>> forgetAllBut;
    private boolean abandoned;

    /** @param forgetAllBut told which records there are */
    RecordWalk(
            Tree tree,
            Loop loop,
            RecordKind<?, ?, ?> kind,
            Reads reads,
            Contenders contenders,
            Consumer<Set<String>> forgetAllBut) {
        this.tree = tree;
        this.loop = loop;
        this.kind = kind;
        this.reads = reads;
        this.contenders = contenders;
        this.forgetAllBut = forgetAllBut;
    }

    /** What is still on its way is not heard any more. */
    void abandon() {
        abandoned = true;
    }

    boolean abandoned() {
        return abandoned;
    }

    /** Completes when all is known that the watches do not tell; fails when something could not be read. */
    CompletableFuture<Void> run(List<RootWatch> watches) {
        var steps = new ArrayList<CompletableFuture<Void>>();
        // First of all, so that nothing can happen between the listing and the watch.
        watches.forEach(watch -> steps.add(watch.set()));
        steps.add(tree.children(kind.root()).handleAsync(this::listed, loop).thenCompose(x -> x));
        if (!kind.locksInside()) {
            steps.add(tree.children(kind.lockRoot())
                    .handleAsync(this::locksListed, loop)
                    .thenCompose(x -> x));
        }
        return all(steps);
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<Void>> steps) {
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> listed(@Nullable List<String> names, @Nullable Throwable failure) {
        if (abandoned) {
            return CompletableFuture.completedFuture(null);
        }
        if (names == null) {
            return orEmpty(failure, () -> forgetAllBut.accept(Set.of()));
        }
        forgetAllBut.accept(Set.copyOf(names));
        var steps = new ArrayList<CompletableFuture<Void>>();
        for (var id : names) {
            steps.add(reads.read(id));
            if (kind.locksInside()) {
                steps.add(listLock(id));
            }
        }
        return all(steps);
    }

    private CompletableFuture<Void> locksListed(@Nullable List<String> ids, @Nullable Throwable failure) {
        if (abandoned) {
            return CompletableFuture.completedFuture(null);
        }
        if (ids == null) {
            return orEmpty(failure, () -> contenders.retain(Set.of()));
        }
        contenders.retain(Set.copyOf(ids));
        return all(ids.stream().map(id -> listLock(id)).toList());
    }

    /** Nothing there is as good as an empty listing; any other failure means that the walk failed. */
    private static CompletableFuture<Void> orEmpty(@Nullable Throwable failure, Runnable whenMissing) {
        if (failure != null && TreeException.codeOf(failure) != Code.NO_NODE) {
            return CompletableFuture.failedFuture(failure);
        }
        whenMissing.run();
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> listLock(String id) {
        contenders.beginListing(id);
        return tree.children(kind.lockDir().apply(id))
                .handleAsync((names, failure) -> lockListed(id, names, failure), loop)
                .thenCompose(x -> x);
    }

    private CompletableFuture<Void> lockListed(String id, @Nullable List<String> names, @Nullable Throwable failure) {
        if (abandoned) {
            return CompletableFuture.completedFuture(null);
        }
        if (failure != null && TreeException.codeOf(failure).unclear()) {
            return CompletableFuture.failedFuture(failure);
        }
        var known = contenders.listed(id, names != null, names == null ? List.of() : names);
        return known ? CompletableFuture.completedFuture(null) : listLock(id);
    }
}
