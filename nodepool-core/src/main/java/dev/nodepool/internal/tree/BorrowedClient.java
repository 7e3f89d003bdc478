package dev.nodepool.internal.tree;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.CuratorListener;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.Watcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Somebody else's Curator client: we follow its session and never end it. */
final class BorrowedClient implements CuratorTree.Keeper {

    private static final Logger LOG = LoggerFactory.getLogger(BorrowedClient.class);

    private final CuratorFramework client;
    private volatile Link link = new Link();
    private final CuratorListener onEvent = this::heard;
    private final ConnectionStateListener onState = this::changed;

    BorrowedClient(CuratorFramework client) {
        if (!client.getNamespace().isEmpty()) {
            throw new IllegalArgumentException("A client with a namespace can not be used: its root would be a"
                    + " container that other parties see vanish. Use a chroot instead of " + client.getNamespace());
        }
        this.client = client;
    }

    @Override
    public void start(Link toFeed) {
        link = toFeed;
        client.getCuratorListenable().addListener(onEvent);
        client.getConnectionStateListenable().addListener(onState);
        if (client.getZookeeperClient().isConnected()) {
            fetchHandle();
        }
    }

    @Override
    public boolean endsSession() {
        return false;
    }

    @Override
    public void stop(Link fed) {
        client.getCuratorListenable().removeListener(onEvent);
        client.getConnectionStateListenable().removeListener(onState);
    }

    /** Runs on the event thread of the handle, in order with its replies. */
    private void heard(CuratorFramework from, CuratorEvent event) {
        var watched = event.getWatchedEvent();
        if (watched != null && watched.getType() == Watcher.Event.EventType.None) {
            if (watched.getState() == Watcher.Event.KeeperState.Disconnected) {
                link.suspended(link.live().handle());
            } else if (watched.getState() == Watcher.Event.KeeperState.Expired) {
                link.lost(link.live().handle());
            }
        }
    }

    private void changed(CuratorFramework from, ConnectionState state) {
        if (state == ConnectionState.CONNECTED || state == ConnectionState.RECONNECTED) {
            fetchHandle();
        }
    }

    /**
     * Asks for the handle on its own event thread: by then Curator knows that it is connected. Asked before, it might
     * take the time since the last connection for a time-out and throw the new handle away.
     */
    private void fetchHandle() {
        try {
            client.checkExists()
                    .inBackground((from, event) -> {
                        if (event.getResultCode() == 0) {
                            link.connected(from.getZookeeperClient().getZooKeeper());
                        }
                    })
                    .forPath("/");
        } catch (Exception refused) {
            LOG.warn("The Curator client can not be used at the moment", refused);
        }
    }
}
