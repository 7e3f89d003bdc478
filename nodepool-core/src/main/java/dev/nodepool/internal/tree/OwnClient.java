package dev.nodepool.internal.tree;

import dev.nodepool.config.ZooKeeperConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Curator client of our own. It is there to replace the handle when its session is lost, also when no server can say
 * so; the handles tell their state themselves, on their event threads, in order with everything else.
 */
final class OwnClient implements CuratorTree.Keeper {

    private static final Logger LOG = LoggerFactory.getLogger(OwnClient.class);

    private static final int LARGEST_ANSWER = 64 << 20;

    private final ZooKeeperConfig config;
    private final CuratorFramework client;
    private final ConnectReminder reminder;
    private final @Nullable TlsMaterial tls;
    private final @Nullable Path combined;
    private volatile Link link = new Link();
    private volatile boolean chrootReady;
    private final AtomicBoolean checkedTls = new AtomicBoolean();

    OwnClient(ZooKeeperConfig config) {
        this(config, ConnectReminder.EVERY);
    }

    OwnClient(ZooKeeperConfig config, Duration remindEvery) {
        this.config = config;
        this.tls = config.tls().map(TlsMaterial::read).orElse(null);
        this.combined = tls == null ? null : combine(tls);
        this.chrootReady = config.chroot().isEmpty();
        this.reminder = new ConnectReminder(config.hosts(), remindEvery, this::checkTls);
        var session = Math.toIntExact(config.sessionTimeout().toMillis());
        this.client = CuratorFrameworkFactory.builder()
                .connectString(config.hosts())
                .sessionTimeoutMs(session)
                .connectionTimeoutMs(session)
                // Nothing is asked through Curator, so nothing is retried.
                .retryPolicy(new RetryOneTime(1))
                // It would read the ensemble's own idea of its addresses, which clients often can not reach.
                .ensembleTracker(false)
                .dontUseContainerParents()
                .zookeeperFactory(new Handles())
                .zkClientConfig(roomy(tls == null || combined == null ? new ZKClientConfig() : tls.settings(combined)))
                .build();
    }

    /** The names of some ten thousand children are more than the client reads by default: it would drop the connection. */
    private static ZKClientConfig roomy(ZKClientConfig settings) {
        settings.setProperty(ZKConfig.JUTE_MAXBUFFER, String.valueOf(LARGEST_ANSWER));
        return settings;
    }

    @Override
    public void start(Link toFeed) {
        link = toFeed;
        reminder.start(toFeed);
        client.start();
    }

    @Override
    public boolean endsSession() {
        return true;
    }

    @Override
    public void stop(Link fed) {
        // First, as the process may end before a client without a server has: only new connections need it.
        removeCopy();
        reminder.stop();
        if (fed.live().session().connected()) {
            client.close();
        } else {
            // Without a server there is nobody to say goodbye to, and the client would wait for one.
            aside(client::close);
        }
    }

    private void removeCopy() {
        if (combined != null) {
            try {
                Files.deleteIfExists(combined);
            } catch (IOException stuck) {
                LOG.error("Remove {} by hand: it holds a private key", combined, stuck);
            }
        }
    }

    private static void aside(Runnable slow) {
        ForkJoinPool.commonPool().execute(() -> Serial.run(slow));
    }

    private static Path combine(TlsMaterial tls) {
        try {
            return tls.combined();
        } catch (IOException full) {
            throw new UncheckedIOException("Certificate and key can not be put into one file for ZooKeeper", full);
        }
    }

    /** Says what is wrong with TLS, if anything is. */
    private void checkTls() {
        if (tls != null) {
            var check = new TlsCheck(tls);
            for (var server : config.servers()) {
                check.problem(server)
                        .ifPresent(problem -> LOG.error("TLS with ZooKeeper at {} fails: {}", server, problem));
            }
        }
    }

    private final class Handles implements ZookeeperFactory {
        @Override
        public ZooKeeper newZooKeeper(String hosts, int timeoutMillis, Watcher watcher, boolean readOnly)
                throws Exception {
            return newZooKeeper(hosts, timeoutMillis, watcher, readOnly, new ZKClientConfig());
        }

        @Override
        public ZooKeeper newZooKeeper(
                String hosts, int timeoutMillis, Watcher watcher, boolean readOnly, ZKClientConfig settings)
                throws Exception {
            // The first event may come before the constructor is done.
            var made = new CompletableFuture<ZooKeeper>();
            var handle = new ZooKeeper(
                    hosts,
                    timeoutMillis,
                    event -> {
                        heard(made.join(), event);
                        watcher.process(event);
                    },
                    readOnly,
                    settings);
            made.complete(handle);
            return handle;
        }
    }

    private void heard(ZooKeeper handle, WatchedEvent event) {
        if (event.getType() == Watcher.Event.EventType.None) {
            switch (event.getState()) {
                case SyncConnected -> greet(handle);
                case Disconnected -> {
                    link.suspended(handle);
                    // Once at the first failure; from then on the reminder looks.
                    if (tls != null && checkedTls.compareAndSet(false, true)) {
                        aside(this::checkTls);
                    }
                }
                case Expired -> link.lost(handle);
                default -> LOG.warn("ZooKeeper at {} says {}", config.hosts(), event.getState());
            }
        }
    }

    private void greet(ZooKeeper handle) {
        if (chrootReady) {
            link.connected(handle);
        } else {
            handle.exists(
                    config.chroot(), null, (result, path, context, stat) -> chrootSeen(handle, result, true), null);
        }
    }

    private void chrootSeen(ZooKeeper handle, int result, boolean create) {
        if (result == Code.OK.intValue()) {
            chrootReady = true;
            link.connected(handle);
        } else if (create && result == Code.NONODE.intValue()) {
            LOG.info("Creating {} in ZooKeeper, which stands for the root", config.chroot());
            for (var prefix : Ensure.prefixes(config.chroot())) {
                handle.create(
                        prefix,
                        new byte[0],
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        org.apache.zookeeper.CreateMode.PERSISTENT,
                        // Looking again tells whether it worked, whoever made it.
                        (made, path, context, name) -> {},
                        null);
            }
            handle.exists(
                    config.chroot(), null, (again, path, context, stat) -> chrootSeen(handle, again, false), null);
        } else if (result != Code.CONNECTIONLOSS.intValue() && result != Code.SESSIONEXPIRED.intValue()) {
            LOG.error("ZooKeeper has no {} and does not let us create it: {}", config.chroot(), Code.get(result));
        }
    }
}
