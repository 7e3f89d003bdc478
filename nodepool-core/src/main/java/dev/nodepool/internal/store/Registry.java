package dev.nodepool.internal.store;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.Document;
import dev.nodepool.model.RegisteredPool;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All pools that any launcher serves: the union of the registries of both eras. */
public final class Registry {

    private final DocumentCache launchers;
    private final DocumentCache pools;
    private final Runnable changed;
    private List<RegisteredPool> all = List.of();

    Registry(Tree tree, Loop loop, Timer timer, Runnable changed) {
        this.changed = changed;
        launchers = children(tree, loop, timer, Layout.LAUNCHERS);
        pools = children(tree, loop, timer, Layout.POOL_COMPONENTS);
    }

    private DocumentCache children(Tree tree, Loop loop, Timer timer, String root) {
        return new DocumentCache(
                tree,
                loop,
                timer,
                root,
                path -> Paths.parent(path).equals(root),
                path -> false,
                this::documentsChanged);
    }

    public boolean caughtUp() {
        return launchers.caughtUp() && pools.caughtUp();
    }

    /** How many registrations could not be read so far; for any thread. */
    long oddDocuments() {
        return launchers.oddDocuments() + pools.oddDocuments();
    }

    public List<RegisteredPool> pools() {
        return all;
    }

    /** Paths of what the newer registry has under a launcher id, usually one. */
    public List<String> componentsOf(String launcherId) {
        return pools.documents().entrySet().stream()
                .filter(e -> e.getValue().text("id").filter(launcherId::equals).isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether a launcher is registered in either registry. */
    public boolean knows(String launcherId) {
        return all.stream().anyMatch(p -> p.id().equals(launcherId));
    }

    /** Whether every registered launcher is among these. */
    public boolean allAmong(Set<String> launcherIds) {
        return all.stream().allMatch(p -> launcherIds.contains(p.id()));
    }

    void connected() {
        launchers.connected();
        pools.connected();
    }

    void disconnected() {
        launchers.disconnected();
        pools.disconnected();
    }

    private void documentsChanged() {
        all = union(launchers.documents(), pools.documents());
        changed.run();
    }

    /** What documents of both registries, by path, say together: the newer one knows more. */
    public static List<RegisteredPool> union(Map<String, Document> launchers, Map<String, Document> pools) {
        Map<String, RegisteredPool> byId = new TreeMap<>();
        launchers.forEach((path, doc) -> {
            var launcher = RegisteredPool.ofLauncher(Paths.name(path), doc);
            byId.put(launcher.id(), launcher);
        });
        pools.forEach((path, doc) -> {
            var pool = RegisteredPool.ofComponent(Paths.name(path), doc);
            byId.put(pool.id(), pool);
        });
        return List.copyOf(byId.values());
    }
}
