package dev.nodepool.internal.tree;

import dev.nodepool.internal.tree.TreeException.Code;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.OpResult;
import org.jspecify.annotations.Nullable;

/** ZooKeeper's answers in the terms of the port. */
final class Replies {

    private Replies() {}

    static Stat stat(org.apache.zookeeper.data.Stat stat) {
        return new Stat(
                stat.getCzxid(),
                stat.getMzxid(),
                stat.getVersion(),
                stat.getCtime(),
                stat.getMtime(),
                stat.getEphemeralOwner(),
                stat.getNumChildren());
    }

    static TreeException failure(int result, String path, int index) {
        var reason = KeeperException.Code.get(result);
        var known = reason == null ? KeeperException.Code.SYSTEMERROR : reason;
        var code = switch (known) {
            case NONODE -> Code.NO_NODE;
            case NODEEXISTS -> Code.NODE_EXISTS;
            case NOTEMPTY -> Code.NOT_EMPTY;
            case BADVERSION -> Code.BAD_VERSION;
            case NOCHILDRENFOREPHEMERALS -> Code.EPHEMERAL_PARENT;
            case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, SESSIONMOVED -> Code.CONNECTION_LOSS;
            case SESSIONEXPIRED -> Code.SESSION_EXPIRED;
            default -> Code.OTHER;
        };
        return new TreeException(code, path, index, code == Code.OTHER ? KeeperException.create(known, path) : null);
    }

    /** Which operation of a multi stopped it; later ones are marked too, earlier ones are not. */
    static int firstFailure(@Nullable List<OpResult> results) {
        if (results != null) {
            for (var i = 0; i < results.size(); i++) {
                if (results.get(i) instanceof OpResult.ErrorResult error && error.getErr() != 0) {
                    return i;
                }
            }
        }
        return -1;
    }
}
