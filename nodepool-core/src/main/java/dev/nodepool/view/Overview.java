package dev.nodepool.view;

import dev.nodepool.model.NodeRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How things stand at one moment, as a launcher knows them from its live copies.
 *
 * @param upToDate whether everything in ZooKeeper is known; otherwise it is as it was before the connection was lost
 * @param nodes all nodes whose record can be read, by id
 * @param requests all requests whose record can be read, by id
 * @param reasons why pools of this launcher do not take a request, by request and launcher id
 * @param labels what any registered launcher serves, in order
 * @param images all images that are or were there, by name
 * @param providers those of this launcher, in the order of its configuration
 */
public record Overview(
        boolean upToDate,
        List<NodeView> nodes,
        List<NodeRequest> requests,
        Map<String, Map<String, Reason>> reasons,
        List<String> labels,
        List<ImageView> images,
        List<ProviderView> providers) {

    public Overview {
        nodes = List.copyOf(nodes);
        requests = List.copyOf(requests);
        reasons = Map.copyOf(reasons);
        labels = List.copyOf(labels);
        images = List.copyOf(images);
        providers = List.copyOf(providers);
    }

    /**
     * A provider of this launcher.
     *
     * @param trouble why nothing is launched there at present, null when nothing is known against it
     * @param used what nodes and launches under way take, by name of the amount: {@code instances}, {@code cores}, {@code ram}
     *     in MiB, …
     * @param limits what they may take together; what is absent has no limit
     */
    public record ProviderView(
            String name,
            @Nullable String trouble,
            Map<String, Long> used,
            Map<String, Long> limits,
            List<PoolView> pools) {

        public ProviderView {
            used = Map.copyOf(used);
            limits = Map.copyOf(limits);
            pools = List.copyOf(pools);
        }
    }

    /**
     * A pool of a provider.
     *
     * @param launcherId under which it is registered
     * @param labels in order
     * @param used as for providers
     * @param limits as for providers
     */
    public record PoolView(
            String name, String launcherId, List<String> labels, Map<String, Long> used, Map<String, Long> limits) {

        public PoolView {
            labels = List.copyOf(labels);
            used = Map.copyOf(used);
            limits = Map.copyOf(limits);
        }
    }
}
