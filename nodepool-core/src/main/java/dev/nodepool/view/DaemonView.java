package dev.nodepool.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process of this kind that is connected to ZooKeeper.
 *
 * @param id unique
 * @param version of its software
 * @param roles {@code launcher} or {@code builder}
 * @param web where its status pages are, null when it has none or does not tell
 * @param here whether it runs on this host
 */
public record DaemonView(
        String id,
        String hostname,
        String version,
        List<String> roles,
        @Nullable String web,
        boolean here) {

    public DaemonView {
        roles = List.copyOf(roles);
    }
}
