package dev.nodepool.drivers.fake;

import dev.nodepool.driver.Amounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is in the cloud. Not thread-safe: a {@link CloudStore} lends it to one transaction at a time. */
final class CloudState {

    private final Map<String, FakeServer> servers = new LinkedHashMap<>();
    private final Map<String, FakeImage> images = new LinkedHashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private Amounts used = Amounts.NONE;

    Optional<FakeServer> server(String id) {
        return Optional.ofNullable(servers.get(id));
    }

    List<FakeServer> servers() {
        return List.copyOf(servers.values());
    }

    List<FakeImage> images() {
        return List.copyOf(images.values());
    }

    /** What all instances take together. */
    Amounts used() {
        return used;
    }

    int size() {
        return servers.size() + images.size();
    }

    /** Changes the cloud in a way the store has to keep. */
    void change(Change change) {
        replay(change);
        changes.add(change);
    }

    /** Repeats a change that the store already has. */
    void replay(Change change) {
        if (change instanceof Change.PutServer put) {
            dropServer(put.server().id());
            servers.put(put.server().id(), put.server());
            used = used.plus(put.server().amounts());
        } else if (change instanceof Change.DropServer drop) {
            dropServer(drop.id());
        } else if (change instanceof Change.PutImage put) {
            images.put(put.image().id(), put.image());
        } else if (change instanceof Change.DropImage drop) {
            images.remove(drop.id());
        }
    }

    /** Drops the instances whose deletion is over, also when the process that deleted them did not live to see it. */
    void dropGone(long now) {
        for (var server : servers()) {
            if (server.statusAt(now) == FakeServer.Status.GONE) {
                change(new Change.DropServer(server.id()));
            }
        }
    }

    /** The changes since the last call. */
    List<Change> takeChanges() {
        var taken = List.copyOf(changes);
        changes.clear();
        return taken;
    }

    /** All there is, as changes of an empty cloud. */
    List<Change> snapshot() {
        var all = new ArrayList<Change>();
        servers.values().forEach(server -> all.add(new Change.PutServer(server)));
        images.values().forEach(image -> all.add(new Change.PutImage(image)));
        return all;
    }

    void clear() {
        servers.clear();
        images.clear();
        changes.clear();
        used = Amounts.NONE;
    }

    private void dropServer(String id) {
        var old = servers.remove(id);
        if (old != null) {
            used = used.minus(old.amounts());
        }
    }
}
