package dev.nodepool;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.metrics.Stats;

/**
 * What a launcher or a client stands on.
 *
 * @param identifier names this process, for people
 * @param lastly done when all else is closed
 */
record Ground(Tree tree, Threads threads, Stores stores, String identifier, Runnable lastly) {

    static Ground open(
            ZooKeeperAccess zooKeeper,
            ZooKeeperConfig config,
            Resources resources,
            String name,
            String identifier,
            Stats stats) {
        var opened = zooKeeper.open(config);
        var threads = resources.threads(name);
        var stores = new Stores(opened.tree(), new Loop(name, threads.shared()), threads, identifier, stats);
        return new Ground(opened.tree(), threads, stores, identifier, opened.close());
    }

    void close() {
        tree.close();
        threads.close();
        lastly.run();
    }
}
