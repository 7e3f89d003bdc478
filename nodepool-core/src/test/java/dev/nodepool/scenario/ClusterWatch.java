package dev.nodepool.scenario;

import dev.nodepool.internal.lifecycle.Lifecycle;
import dev.nodepool.internal.lifecycle.TransitionTable;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.MemoryLook;
import dev.nodepool.internal.tree.MemoryServer;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.Op;
import dev.nodepool.model.Document;
import dev.nodepool.model.RecordState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every single write of a launcher the moment it takes effect: states change by the tables alone, and nobody
 * writes what another one holds.
 */
final class ClusterWatch {

    private record Seen(long mzxid, String state) {}

    private final MemoryServer server;
    private final Map<String, Seen> records = new HashMap<>();
    private final Set<String> legal = new HashSet<>();
    private final Map<String, Long> holders = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private long checked;
    private long trace = 1;

    ClusterWatch(MemoryServer server) {
        this.server = server;
        learn(Layout.NODES, Lifecycle.NODE);
        learn(Layout.REQUESTS, Lifecycle.REQUEST);
    }

    private <S extends RecordState, E extends Enum<E>> void learn(String root, TransitionTable<S, E> table) {
        table.rows()
                .forEach(row -> legal.add(pair(
                        root,
                        row.from() == null ? "" : row.from().text(),
                        row.to().text())));
    }

    private static String pair(String root, String from, String to) {
        return root + " " + from + " -> " + to;
    }

    /** Before a call takes effect: who holds what it writes. */
    void before(MemoryTree.Call call) {
        holders.clear();
        for (var op : call.operations()) {
            if (isRecord(op.path())) {
                holder(op.path()).ifPresent(session -> holders.put(op.path(), session));
            }
        }
    }

    /**
     * After a call has taken effect or was refused.
     *
     * @param who names the process
     * @param judged whether it has to keep to the rules
     */
    void after(MemoryTree.Call call, String who, boolean judged) {
        for (var op : call.operations()) {
            trace = trace * 31 + op.path().hashCode();
            if (op instanceof Op.Create create && create.mode().sequential() && isRecord(op.path() + "x")) {
                unseen(op.path()).forEach(path -> look(path, call, who, judged));
            } else if (isRecord(op.path())) {
                look(op.path(), call, who, judged);
            }
        }
    }

    /** A number that differs as soon as one write does. */
    long trace() {
        return trace;
    }

    long checked() {
        return checked;
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    private List<String> unseen(String prefix) {
        var root = prefix.substring(0, prefix.lastIndexOf('/'));
        return MemoryLook.children(server, root).stream()
                .map(name -> root + "/" + name)
                .filter(path -> !records.containsKey(path))
                .toList();
    }

    private void look(String path, MemoryTree.Call call, String who, boolean judged) {
        var now = MemoryLook.get(server, path);
        var before = records.get(path);
        if (now.isEmpty()) {
            records.remove(path);
            // Who made a request may withdraw it at any time, and launchers make some for their stock.
            if (before != null && judged && path.startsWith(Layout.NODES)) {
                checkHolder(path, call, who, "removed");
            }
            return;
        }
        var mzxid = now.get().stat().mzxid();
        if (before != null && before.mzxid() == mzxid) {
            return;
        }
        var state = state(now.get().data());
        records.put(path, new Seen(mzxid, state));
        trace = trace * 31 + state.hashCode();
        if (!judged) {
            return;
        }
        checked++;
        var from = before == null ? "" : before.state();
        var root = path.substring(0, path.lastIndexOf('/'));
        if (!from.equals(state) && !legal.contains(pair(root, from, state))) {
            violations.add(who + " wrote " + path + ": no table has " + pair(root, from, state));
        }
        if (before != null) {
            checkHolder(path, call, who, "wrote");
        }
    }

    private void checkHolder(String path, MemoryTree.Call call, String who, String did) {
        checked++;
        var holder = holders.get(path);
        if (holder != null && holder != call.tree().session().id()) {
            violations.add(who + " " + did + " " + path + ", which session " + Long.toHexString(holder) + " holds");
        }
    }

    private static String state(byte[] data) {
        try {
            return Json.read(data).text("state").orElse("(none)");
        } catch (Json.Unreadable unreadable) {
            return "(unreadable)";
        }
    }

    private static boolean isRecord(String path) {
        var root = path.startsWith(Layout.NODES + "/")
                ? Layout.NODES
                : path.startsWith(Layout.REQUESTS + "/") ? Layout.REQUESTS : null;
        return root != null && path.length() > root.length() + 1 && path.indexOf('/', root.length() + 1) < 0;
    }

    /** The session that has the lock of a record. */
    private Optional<Long> holder(String path) {
        var name = path.substring(path.lastIndexOf('/') + 1);
        var directory = path.startsWith(Layout.NODES + "/") ? Layout.nodeLock(name) : Layout.requestLock(name);
        return MemoryLook.children(server, directory).stream()
                .min(Comparator.comparing(contender -> contender.substring(contender.length() - 10)))
                .flatMap(contender -> MemoryLook.get(server, directory + "/" + contender))
                .map(znode -> znode.stat().ephemeralOwner());
    }

    /** All records of a kind, by name. */
    Map<String, Document> documents(String root) {
        var all = new TreeMap<String, Document>();
        for (var name : MemoryLook.children(server, root)) {
            var document = document(root + "/" + name);
            if (document != null) {
                all.put(name, document);
            }
        }
        return all;
    }

    private @Nullable Document document(String path) {
        try {
            return Json.read(Objects.requireNonNull(MemoryLook.get(server, path).orElseThrow())
                    .data());
        } catch (Json.Unreadable odd) {
            return null;
        }
    }
}
