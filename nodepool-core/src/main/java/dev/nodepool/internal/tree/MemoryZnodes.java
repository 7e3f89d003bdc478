package dev.nodepool.internal.tree;

import dev.nodepool.internal.tree.Tree.Change;
import dev.nodepool.internal.tree.TreeException.Code;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.zookeeper.common.PathUtils;

/** Znodes in memory, with the rules of a real server. Not thread-safe. */
final class MemoryZnodes {

    private static final class Node {
        final long czxid;
        final long ctime;
        final long owner;
        final TreeSet<String> children = new TreeSet<>();
        byte[] data;
        long mzxid;
        long mtime;
        int version;
        /** Children ever made here: the source of sequence numbers, also moved by children without one. */
        int born;

        Node(byte[] data, long zxid, long time, long owner) {
            this.data = data;
            this.czxid = zxid;
            this.mzxid = zxid;
            this.ctime = time;
            this.mtime = time;
            this.owner = owner;
        }

        Stat stat() {
            return new Stat(czxid, mzxid, version, ctime, mtime, owner, children.size());
        }
    }

    /** What a transaction did. */
    record Applied(List<Op.Done> done, List<Change> changes) {}

    private final Map<String, Node> nodes = new TreeMap<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private long zxid;

    MemoryZnodes() {
        nodes.put("/", new Node(new byte[0], 0, 0, 0));
    }

    /** A transaction that changes no znode, such as the start of a session. */
    void tick() {
        zxid++;
    }

    Znode get(String path) {
        var node = require(path, -1);
        return new Znode(path, node.data.clone(), node.stat());
    }

    List<String> children(String path) {
        return List.copyOf(require(path, -1).children);
    }

    boolean contains(String path) {
        return nodes.containsKey(valid(path, false));
    }

    /** Paths that live with a session, in the order of their names. */
    List<String> ownedBy(long session) {
        var owned = new ArrayList<String>();
        nodes.forEach((path, node) -> {
            if (node.owner == session) {
                owned.add(path);
            }
        });
        return owned;
    }

    /** Does all or nothing; all share one transaction id. */
    Applied apply(List<Op> operations, long session, long time) {
        zxid++;
        var done = new ArrayList<Op.Done>();
        var changes = new ArrayList<Change>();
        undo.clear();
        for (var op : operations) {
            try {
                done.add(one(op, session, time, changes));
            } catch (TreeException refused) {
                undo.forEach(Runnable::run);
                throw new TreeException(refused.code(), op.path(), done.size(), null);
            }
        }
        return new Applied(done, changes);
    }

    private Op.Done one(Op op, long session, long time, List<Change> changes) {
        if (op instanceof Op.Create create) {
            return create(create, session, time, changes);
        } else if (op instanceof Op.Set set) {
            return set(set, time, changes);
        } else if (op instanceof Op.Delete delete) {
            return delete(delete, changes);
        }
        require(op.path(), ((Op.Check) op).version());
        return new Op.Done(op.path(), null);
    }

    private Op.Done create(Op.Create create, long session, long time, List<Change> changes) {
        var wanted = valid(create.path(), create.mode().sequential());
        var parent = require(Paths.parent(wanted), -1);
        var path = create.mode().sequential() ? wanted + String.format("%010d", parent.born) : wanted;
        if (nodes.containsKey(path)) {
            throw new TreeException(Code.NODE_EXISTS, path);
        }
        if (parent.owner != 0) {
            throw new TreeException(Code.EPHEMERAL_PARENT, path);
        }
        var node = new Node(create.data(), zxid, time, create.mode().ephemeral() ? session : 0);
        nodes.put(path, node);
        parent.children.add(Paths.name(path));
        parent.born++;
        undo.push(() -> {
            nodes.remove(path);
            parent.children.remove(Paths.name(path));
            parent.born--;
        });
        changes.add(new Change(Change.Kind.CREATED, path));
        return new Op.Done(path, node.stat());
    }

    private Op.Done set(Op.Set set, long time, List<Change> changes) {
        var node = require(set.path(), set.version());
        var before = node.stat();
        var data = node.data;
        undo.push(() -> {
            node.data = data;
            node.version = before.version();
            node.mzxid = before.mzxid();
            node.mtime = before.mtimeMillis();
        });
        node.data = set.data();
        node.version++;
        node.mzxid = zxid;
        node.mtime = time;
        changes.add(new Change(Change.Kind.CHANGED, set.path()));
        return new Op.Done(set.path(), node.stat());
    }

    private Op.Done delete(Op.Delete delete, List<Change> changes) {
        var path = delete.path();
        var node = require(path, delete.version());
        if (path.equals("/")) {
            throw new TreeException(Code.OTHER, path);
        }
        if (!node.children.isEmpty()) {
            throw new TreeException(Code.NOT_EMPTY, path);
        }
        var parent = require(Paths.parent(path), -1);
        nodes.remove(path);
        parent.children.remove(Paths.name(path));
        undo.push(() -> {
            nodes.put(path, node);
            parent.children.add(Paths.name(path));
        });
        changes.add(new Change(Change.Kind.DELETED, path));
        return new Op.Done(path, null);
    }

    private Node require(String path, int version) {
        var node = nodes.get(valid(path, false));
        if (node == null) {
            throw new TreeException(Code.NO_NODE, path);
        }
        if (version != -1 && version != node.version) {
            throw new TreeException(Code.BAD_VERSION, path);
        }
        return node;
    }

    private static String valid(String path, boolean sequential) {
        try {
            PathUtils.validatePath(path, sequential);
            return path;
        } catch (IllegalArgumentException malformed) {
            throw new TreeException(Code.OTHER, path, -1, malformed);
        }
    }
}
