package dev.nodepool.runner.library;

import dev.nodepool.NodePool;
import dev.nodepool.driver.config.Problem;
import java.io.IOException;
import java.util.List;

/** The library of this build. */
public final class CoreLibrary implements Library {

    @Override
    public List<Problem> validate(ConfigFiles files) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Prepared launcher(ConfigFiles files) {
        throw new UnsupportedOperationException();
    }

    @Override
    public NodePool launcher(String yaml, String zooKeeper) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LocalZooKeeper zooKeeper() throws IOException {
        throw new UnsupportedOperationException();
    }
}
