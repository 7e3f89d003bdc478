package dev.nodepool.internal.tree;

import java.util.List;
import java.util.Optional;

/** What a server in memory has at this very moment, without a call. */
public final class MemoryLook {

    private MemoryLook() {}

    public static List<String> children(MemoryServer server, String path) {
        return server.znodes().contains(path) ? server.znodes().children(path) : List.of();
    }

    public static Optional<Znode> get(MemoryServer server, String path) {
        return server.znodes().contains(path) ? Optional.of(server.znodes().get(path)) : Optional.empty();
    }
}
