package dev.nodepool.admin;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.PoolConfig;
import dev.nodepool.config.ProviderConfig;
import dev.nodepool.internal.image.ImageForecast;
import dev.nodepool.internal.launcher.ConfigChange;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.retention.UploadFacts;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RegisteredPool;
import dev.nodepool.model.RequestState;
import dev.nodepool.view.NodeView;
import dev.nodepool.view.PlanView;
import dev.nodepool.view.PlanView.LeftNodes;
import dev.nodepool.view.PlanView.LostLabel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Works out what a changed configuration would do to what there is.
 *
 * @param before in force now
 * @param after to be put in force
 * @param registered what any launcher serves now
 * @param now seconds since the epoch
 */
record Forecast(
        NodepoolConfig before,
        NodepoolConfig after,
        List<NodeView> nodes,
        List<NodeRequest> requests,
        List<RegisteredPool> registered,
        List<ImageFacts> images,
        double now) {

    PlanView plan() {
        var change = ConfigChange.between(before, after);
        return new PlanView(
                change.added(),
                change.changed(),
                change.removed(),
                change.needRestart(),
                lostLabels(),
                new HostForecast(before, after, nodes).changes(),
                leftNodes(),
                lostUploads(),
                lostBuilds(),
                orphans(Set.copyOf(change.removed())));
    }

    private List<LostLabel> lostLabels() {
        var lost = new TreeSet<>(served(before));
        lost.removeAll(served(after));
        lost.removeAll(servedByOthers());
        return lost.stream()
                .map(label -> new LostLabel(
                        label,
                        (int) requests.stream()
                                .filter(request -> request.state() == RequestState.REQUESTED
                                        && request.labels().contains(label))
                                .count(),
                        (int) nodes.stream()
                                .filter(view -> view.state().equals("ready")
                                        && view.node().labels().contains(label))
                                .count()))
                .toList();
    }

    private static Set<String> served(NodepoolConfig config) {
        return config.providers().stream()
                .filter(provider ->
                        provider.maxConcurrency().filter(max -> max == 0).isEmpty())
                .flatMap(provider -> provider.pools().stream())
                .filter(pool -> !pool.disabled())
                .flatMap(pool -> pool.labelNames().stream())
                .collect(Collectors.toSet());
    }

    /** What launchers with other providers serve: they do not read this configuration. */
    private Set<String> servedByOthers() {
        return registered.stream()
                .filter(pool -> before.provider(pool.provider()).isEmpty())
                .flatMap(pool -> pool.labels().stream())
                .collect(Collectors.toSet());
    }

    private List<LeftNodes> leftNodes() {
        var left = new ArrayList<LeftNodes>();
        for (var provider : before.providers()) {
            var later = after.provider(provider.name());
            if (later.isEmpty()) {
                left(provider.name(), "", "the provider is gone", view -> true).ifPresent(left::add);
            } else {
                provider.pools()
                        .forEach(pool -> why(pool, later.get())
                                .flatMap(why -> left(
                                        provider.name(),
                                        pool.name(),
                                        why,
                                        view -> pool.name().equals(view.node().pool())))
                                .ifPresent(left::add));
            }
        }
        return left;
    }

    private static Optional<String> why(PoolConfig pool, ProviderConfig later) {
        var same = later.pools().stream()
                .filter(it -> it.name().equals(pool.name()))
                .findFirst();
        if (same.isEmpty()) {
            return Optional.of("the pool is gone");
        }
        return !pool.disabled() && same.get().disabled() ? Optional.of("the pool is switched off") : Optional.empty();
    }

    private Optional<LeftNodes> left(String provider, String pool, String why, Predicate<NodeView> which) {
        var byState = new TreeMap<String, Integer>();
        nodes.stream()
                .filter(view -> provider.equals(view.node().provider()))
                .filter(which)
                .forEach(view -> byState.merge(view.state(), 1, Integer::sum));
        return byState.isEmpty() ? Optional.empty() : Optional.of(new LeftNodes(provider, pool, why, byState));
    }

    /** What goes anyway, e.g. because there are newer ones, is not the doing of the new configuration. */
    private List<String> lostUploads() {
        return images.stream()
                .flatMap(image -> {
                    var today = ImageForecast.of(before, image, now).uploads();
                    return ImageForecast.of(after, image, now).uploads().stream()
                            .filter(upload -> !today.contains(upload));
                })
                .map(Forecast::name)
                .sorted()
                .toList();
    }

    private List<String> lostBuilds() {
        return images.stream()
                .flatMap(image -> {
                    var today = ImageForecast.of(before, image, now).builds();
                    return ImageForecast.of(after, image, now).builds().stream()
                            .filter(build -> !today.contains(build));
                })
                .map(BuildFacts::build)
                .map(build -> build.image() + "-" + build.id())
                .sorted()
                .toList();
    }

    private List<String> orphans(Set<String> removed) {
        return images.stream()
                .flatMap(image -> image.builds().stream())
                .flatMap(build -> build.uploads().stream())
                .filter(upload -> removed.contains(upload.upload().provider()))
                .map(Forecast::name)
                .sorted()
                .toList();
    }

    private static String name(UploadFacts facts) {
        var upload = facts.upload();
        return "%s-%s, upload %s to %s".formatted(upload.image(), upload.build(), upload.id(), upload.provider());
    }
}
