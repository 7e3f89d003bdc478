package dev.nodepool.internal.store;

import dev.nodepool.internal.store.ImagePaths.Place;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Reads everything of one image. What goes away meanwhile is left out; any other failure fails the walk. */
final class ImageWalk {

    private final Tree tree;
    private final Executor loop;
    private final ImageMap map;

    ImageWalk(Tree tree, Executor loop, ImageMap map) {
        this.tree = tree;
        this.loop = loop;
        this.map = map;
    }

    CompletableFuture<Void> image(String image) {
        return whenThere(tree.children(ImagePaths.image(image)), names -> {
            map.image(image);
            var steps = new ArrayList<CompletableFuture<Void>>();
            if (names.contains("request-build")) {
                steps.add(request(image));
            }
            if (names.contains("pause")) {
                map.paused(image);
            }
            if (names.contains("builds")) {
                steps.add(builds(image));
            }
            return all(steps);
        });
    }

    CompletableFuture<Void> request(String image) {
        return tree.exists(ImagePaths.request(image))
                .thenAcceptAsync(stat -> stat.ifPresent(s -> map.request(image, s)), loop);
    }

    private CompletableFuture<Void> builds(String image) {
        return whenThere(
                tree.children(ImagePaths.builds(image)),
                names -> all(names.stream()
                        .map(name ->
                                name.equals("lock") ? lock(ImagePaths.buildsLock(image)) : buildAndUploads(image, name))
                        .toList()));
    }

    private CompletableFuture<Void> buildAndUploads(String image, String build) {
        return all(List.of(
                build(new Place.Build(image, build)),
                whenThere(
                        tree.children(ImagePaths.providers(image, build)),
                        providers -> all(providers.stream()
                                .map(provider -> uploads(image, build, provider))
                                .toList()))));
    }

    private CompletableFuture<Void> uploads(String image, String build, String provider) {
        return whenThere(
                tree.children(ImagePaths.uploads(image, build, provider)),
                names -> all(names.stream()
                        .map(name -> name.equals("lock")
                                ? lock(ImagePaths.uploadsLock(image, build, provider))
                                : upload(new Place.Upload(image, build, provider, name)))
                        .toList()));
    }

    CompletableFuture<Void> build(Place.Build place) {
        return whenThere(tree.get(ImagePaths.build(place.image(), place.build())), znode -> {
            map.build(place, znode);
            return CompletableFuture.completedFuture(null);
        });
    }

    CompletableFuture<Void> upload(Place.Upload place) {
        var path = ImagePaths.upload(place.image(), place.build(), place.provider(), place.upload());
        return whenThere(tree.get(path), znode -> {
            map.upload(place, znode);
            return CompletableFuture.completedFuture(null);
        });
    }

    private CompletableFuture<Void> lock(String dir) {
        return whenThere(tree.children(dir), names -> {
            map.contenders(dir, names);
            return CompletableFuture.completedFuture(null);
        });
    }

    private <T> CompletableFuture<Void> whenThere(
            CompletableFuture<T> answer, Function<T, CompletableFuture<Void>> next) {
        return answer.handleAsync(
                        (value, failure) -> {
                            if (failure == null) {
                                return next.apply(value);
                            }
                            return TreeException.codeOf(failure) == Code.NO_NODE
                                    ? CompletableFuture.<Void>completedFuture(null)
                                    : CompletableFuture.<Void>failedFuture(failure);
                        },
                        loop)
                .thenCompose(x -> x);
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<Void>> steps) {
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    }
}
