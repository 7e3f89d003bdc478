package dev.nodepool.admin;

import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.FreshRecords;
import dev.nodepool.internal.store.RecordKind;
import dev.nodepool.model.NodeRequest;
import java.util.List;
import java.util.Optional;

/** Node requests, seen through ZooKeeper. Thread-safe. */
public final class Requests {

    private final Connection connection;
    private final FreshRecords<NodeRequest> records;

    Requests(Connection connection) {
        this.connection = connection;
        records = new FreshRecords<>(connection.tree(), RecordKind.REQUEST);
    }

    /** All requests, by id. Those that can not be read are left out, with a warning in the log. */
    public List<NodeRequest> all() {
        return connection.await(records.all()).stream()
                .map(Entry::readable)
                .flatMap(Optional::stream)
                .toList();
    }

    /** One request, empty when there is none that can be read. */
    public Optional<NodeRequest> get(String id) {
        return connection.await(records.one(id)).flatMap(Entry::readable);
    }
}
