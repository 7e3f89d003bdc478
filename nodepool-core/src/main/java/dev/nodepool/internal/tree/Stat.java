package dev.nodepool.internal.tree;

/**
 * What the server knows about a znode.
 *
 * @param czxid transaction that created it
 * @param mzxid transaction that wrote its data last
 * @param version number of writes of its data
 * @param ctimeMillis server's time of creation, ms since the epoch
 * @param mtimeMillis server's time of the last write, ms since the epoch
 * @param ephemeralOwner session that it lives with, 0 when persistent
 * @param children number of children
 */
public record Stat(
        long czxid, long mzxid, int version, long ctimeMillis, long mtimeMillis, long ephemeralOwner, int children) {}
