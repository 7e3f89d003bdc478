package dev.nodepool.internal.tree;

/**
 * A znode as read or created.
 *
 * @param path its whole path
 * @param data its content, never null; not to be changed
 */
public record Znode(String path, byte[] data, Stat stat) {

    /** The last part of the path. */
    public String name() {
        return Paths.name(path);
    }
}
