package dev.nodepool.internal.tree;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;

/**
 * The part of the server's tree that a user of ours sees as the whole one.
 *
 * @param root its path at the server, an empty text for all of it
 */
record Chroot(String root) {

    /** The server's path of a path of ours. */
    String outward(String path) {
        // A relative path must not become a good one below the root.
        if (root.isEmpty() || !path.startsWith("/")) {
            return path;
        }
        return path.equals("/") ? root : root + path;
    }

    /** Our path of a path of the server. */
    String inward(String path) {
        return path.length() == root.length() ? "/" : path.substring(root.length());
    }

    org.apache.zookeeper.Op outward(Op op) {
        var path = outward(op.path());
        if (op instanceof Op.Create create) {
            return org.apache.zookeeper.Op.create(
                    path, create.data(), ZooDefs.Ids.OPEN_ACL_UNSAFE, mode(create.mode()));
        } else if (op instanceof Op.Set set) {
            return org.apache.zookeeper.Op.setData(path, set.data(), set.version());
        } else if (op instanceof Op.Delete delete) {
            return org.apache.zookeeper.Op.delete(path, delete.version());
        }
        return org.apache.zookeeper.Op.check(path, ((Op.Check) op).version());
    }

    static CreateMode mode(Tree.Mode mode) {
        return switch (mode) {
            case PERSISTENT -> CreateMode.PERSISTENT;
            case PERSISTENT_SEQUENTIAL -> CreateMode.PERSISTENT_SEQUENTIAL;
            case EPHEMERAL -> CreateMode.EPHEMERAL;
            case EPHEMERAL_SEQUENTIAL -> CreateMode.EPHEMERAL_SEQUENTIAL;
        };
    }
}
