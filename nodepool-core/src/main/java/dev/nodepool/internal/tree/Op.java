package dev.nodepool.internal.tree;

import java.util.List;

/** One operation of a {@link Tree#multi}. */
public sealed interface Op {

    String path();

    record Create(String path, byte[] data, Tree.Mode mode) implements Op {}

    record Set(String path, byte[] data, int version) implements Op {}

    record Delete(String path, int version) implements Op {}

    /** Demands that a znode exists, with this version or with any (-1). */
    record Check(String path, int version) implements Op {}

    /** Refuses what no server would take. */
    static void demandFits(List<Op> operations) {
        var size = 0L;
        for (var op : operations) {
            size += op instanceof Create create ? create.data().length : op instanceof Set set ? set.data().length : 0;
        }
        if (size > Tree.MAX_DATA) {
            var path = operations.get(0).path();
            throw new TreeException(
                    TreeException.Code.OTHER,
                    path,
                    -1,
                    new IllegalArgumentException(size + " bytes of data are too many for one write"));
        }
    }

    /**
     * What an operation did.
     *
     * @param path the path it acted on; of a sequential creation the path the server made
     * @param stat the new stat for {@link Set}, and for {@link Create} where the server tells it; otherwise null
     */
    record Done(
            String path, @org.jspecify.annotations.Nullable Stat stat) {}
}
