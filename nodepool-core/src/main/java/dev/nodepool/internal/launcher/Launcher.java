package dev.nodepool.internal.launcher;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.internal.inventory.Inventories;
import dev.nodepool.internal.keyscan.HostKeys;
import dev.nodepool.internal.metrics.LauncherMetrics;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.quota.Ledger;
import dev.nodepool.internal.recycle.LeakSweeper;
import dev.nodepool.internal.recycle.LostRequests;
import dev.nodepool.internal.recycle.Recycler;
import dev.nodepool.internal.retention.NodeExpiry;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Installation;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.Node;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Readiness;
import dev.nodepool.view.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A launcher: serves what its configuration says, decides a round whenever something has changed, and stops in order. All
 * of it lives on one loop; nothing on it blocks.
 */
public final class Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    /** Between two rounds, when the first one took long. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

    private static final Duration SAFETY_NET = Duration.ofSeconds(30);

    /** How long flows that were asked to end may take to store that. */
    private static final Duration GIVE_BACK = Duration.ofSeconds(5);

    private final Stores stores;
    private final ProviderOpener opener;
    private final Departures departures;
    private final ProviderSet providers;
    private final Inventories inventories;
    private final UnmanagedNodes unmanaged;
    private final Registration registration;
    private final Recycler recycler;
    private final LostRequests lostRequests;
    private final LeakSweeper sweeper;
    private final Rounds rounds;
    private final MinReady minReady;
    private final LauncherMetrics metrics;
    private final Decisions decisions;
    private final Survey survey;
    private NodepoolConfig config;
    private String installation = "";
    private boolean roundDue;
    private Duration lastRound = Duration.ZERO;
    private boolean stopping;
    private @Nullable CompletableFuture<Void> idle;
    private volatile Readiness readiness = new Readiness(false, List.of("ZooKeeper"), List.of());

    /**
     * @param hostKeys how machines are looked at; the caller's to close
     * @param hostname names this host in the registries
     * @param version of the software, for the registries
     */
    public Launcher(
            NodepoolConfig config, Drivers drivers, Stores stores, HostKeys hostKeys, String hostname, String version) {
        this.config = config;
        this.stores = stores;
        var ledger = new Ledger();
        var nodes = new NodeIndex(stores.nodes().cache(), ledger);
        var adrift = new Adrift(stores.nodes().cache(), stores.requests().cache());
        var snapshots = new SnapshotView(stores, ledger, nodes);
        var processId = hostname + "-" + stores.threads().plainId();
        registration = new Registration(stores, hostname, version, processId);
        sweeper = new LeakSweeper(stores);
        opener = new ProviderOpener(drivers, stores, hostKeys, this::changed, this::serve);
        departures = new Departures(stores, nodes, this::servedByOthers);
        providers = new ProviderSet(hostname, stores.threads(), opener, departures, sweeper);
        inventories = new Inventories(stores, hostKeys, this::changed);
        unmanaged = new UnmanagedNodes(stores.threads(), nodes, this::managed);
        lostRequests = new LostRequests(stores);
        recycler = new Recycler(stores, providers::find, this::lives, expiry(config));
        metrics = new LauncherMetrics(stores);
        rounds = new Rounds(stores, ledger, nodes, adrift, recycler, metrics.launches(), this::changed);
        minReady = new MinReady(
                stores, nodes, adrift, label -> snapshots.launchable(providers.seats(), label), this::handedOut);
        survey = new Survey(stores, ledger, providers, rounds);
        decisions = new Decisions(stores, providers, registration, snapshots, rounds, minReady);
    }

    private static NodeExpiry expiry(NodepoolConfig config) {
        return new NodeExpiry(config.labels(), config.maxHoldAge());
    }

    /** Lets others know where this launcher answers over HTTP; to be called before the start. */
    public void announce(URI web) {
        registration.announce(web);
    }

    /** Starts following ZooKeeper; everything else begins with the connection. */
    public void start() {
        stores.loop().execute(() -> {
            recycler.start();
            lostRequests.start();
            inventories.start();
            safetyNet();
            minReady.keep(config.labels());
            stores.nodes().cache().listen(new RecordCache.Listener<>() {
                @Override
                public void changed(String id, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
                    Launcher.this.changed();
                }
            });
            stores.onDocuments(this::changed);
            stores.onCaughtUp(this::changed);
            stores.onLost(this::sessionLost);
            stores.onConnected(this::connected);
            stores.start();
        });
    }

    /** Events lead to rounds; this one is for what only time changes. */
    private void safetyNet() {
        stores.threads().timerOn(stores.loop()).after(SAFETY_NET, () -> {
            if (!stopping) {
                if (canDecide()) {
                    unmanaged.check();
                }
                changed();
                safetyNet();
            }
        });
    }

    /**
     * Puts another configuration in force, as a whole, from the next round on. What is under way ends as it began.
     *
     * <p>ZooKeeper connection and status server stay as they were.
     */
    public void apply(NodepoolConfig changed) {
        stores.loop().execute(() -> {
            if (stopping) {
                return;
            }
            var change = ConfigChange.between(config, changed);
            LOG.info("A new configuration is in force: {}", change.text());
            change.needRestart().forEach(key -> LOG.warn("A change of {} takes effect with the next start", key));
            config = changed;
            minReady.keep(config.labels());
            recycler.expireBy(expiry(config));
            serve();
        });
    }

    private void serve() {
        if (installation.isEmpty() || stopping) {
            return;
        }
        providers.serve(config.providers(), installation);
        followInventories();
        registration.serve(providers.seats());
        recycler.considerAll();
        metrics.serve(providers.seats(), config.tenantLimits());
        changed();
    }

    /** The hosts of a provider that is gone here are left to other launchers that have it. */
    private void followInventories() {
        inventories.follow(
                providers.inForce(),
                providers.leaving().stream()
                        .filter(unit -> !servedByOthers(unit.name()))
                        .toList());
    }

    /** How things stand. May be called from any thread. */
    public Readiness readiness() {
        return readiness;
    }

    /** Why each pool of this launcher does not take a request, by launcher id. */
    public CompletableFuture<Map<String, Reason>> reasons(String request) {
        return CompletableFuture.supplyAsync(() -> rounds.reasons(request), stores.loop());
    }

    /** How everything stands; empty until it is known. */
    public CompletableFuture<Optional<Overview>> overview() {
        return CompletableFuture.supplyAsync(survey::overview, stores.loop());
    }

    /** How many nodes belong to providers that no launcher has. */
    public CompletableFuture<Integer> unmanagedNodes() {
        return CompletableFuture.supplyAsync(unmanaged::count, stores.loop());
    }

    private void connected() {
        if (stopping) {
            return;
        }
        if (!installation.isEmpty()) {
            registration.connected();
            changed();
            return;
        }
        Installation.id(stores.tree(), stores.threads())
                .whenCompleteAsync(
                        (id, failure) -> {
                            if (id != null && installation.isEmpty()) {
                                installation = id;
                                serve();
                            } else if (id == null) {
                                LOG.warn(
                                        "The installation id could not be read, to be repeated: {}",
                                        String.valueOf(failure));
                                stores.threads().timerOn(stores.loop()).after(Duration.ofSeconds(1), this::connected);
                            }
                        },
                        stores.loop());
    }

    /** Whether a launcher id is ours or that of another launcher that lives. */
    private boolean lives(String launcherId) {
        return providers.seat(launcherId) == null && stores.registry().knows(launcherId);
    }

    private boolean servedByOthers(String provider) {
        return stores.registry().pools().stream()
                .anyMatch(pool -> pool.provider().equals(provider) && !providers.everOurs(pool.id()));
    }

    /** Whether requests get the ready nodes of a pool: those of one that nobody serves are no stock. */
    private boolean handedOut(@Nullable String provider, @Nullable String pool) {
        return provider != null
                && stores.drains().of(provider, pool).isEmpty()
                && (providers.offers(provider, pool) || servedByOthers(provider));
    }

    private boolean managed(String provider) {
        return config.provider(provider).isPresent()
                || providers.find(provider).isPresent()
                || servedByOthers(provider);
    }

    private void sessionLost() {
        LOG.warn("The ZooKeeper session is lost, with all locks; launches under way are given up");
        minReady.lost();
        rounds.stop();
    }

    /** Asks for a round; however often it is asked before the round begins, there is one. */
    private void changed() {
        if (!roundDue) {
            roundDue = true;
            if (lastRound.isZero()) {
                stores.loop().execute(this::round);
            } else {
                stores.threads().timerOn(stores.loop()).after(lastRound, this::round);
            }
        }
    }

    /** Rounds take half of the loop's time at most, however much waits: the flows are there to use the other half. */
    private void round() {
        var start = stores.threads().now();
        decide();
        var micros = (long) ((stores.threads().now() - start) * 1e6);
        lastRound = Duration.of(Math.max(0, Math.min(micros, LONGEST_PAUSE.toNanos() / 1_000)), ChronoUnit.MICROS);
    }

    private void decide() {
        roundDue = false;
        if (providers.letGo()) {
            followInventories();
        }
        readiness = StartProgress.of(
                readiness.ready(),
                !installation.isEmpty() && stores.caughtUp(),
                providers,
                opener,
                departures,
                unmanaged,
                Stream.of(inventories.remarks(), sweeper.remarks(), recycler.remarks(), decisions.remarks())
                        .flatMap(List::stream)
                        .toList());
        if (idle != null && rounds.idle()) {
            idle.complete(null);
        }
        if (canDecide()) {
            decisions.make(config, installation);
        }
    }

    private boolean canDecide() {
        return !stopping && !installation.isEmpty() && decisions.possible();
    }

    /**
     * Stops in order: deregisters, lets flows go on within the limit, gives the rest back, closes the providers.
     *
     * @return completes when done, within the limit and a few seconds
     */
    public CompletableFuture<Void> stop(Duration drain) {
        var done = new CompletableFuture<Void>();
        stores.loop().execute(() -> {
            LOG.info("Stopping: {} requests are being served", rounds.flows().size());
            stopping = true;
            minReady.stop();
            inventories.stop();
            registration.withdraw();
            whenIdle(drain)
                    .thenComposeAsync(
                            x -> {
                                rounds.stop();
                                recycler.stop();
                                sweeper.stop();
                                return whenIdle(GIVE_BACK);
                            },
                            stores.loop())
                    .whenCompleteAsync(
                            (x, failure) -> {
                                providers.closeAll();
                                metrics.stop();
                                stores.close();
                                done.complete(null);
                            },
                            stores.loop());
        });
        return done;
    }

    private CompletableFuture<Void> whenIdle(Duration limit) {
        var result = new CompletableFuture<Void>();
        if (rounds.idle()) {
            result.complete(null);
            return result;
        }
        idle = result;
        var cancel = stores.threads().timerOn(stores.loop()).after(limit, () -> result.complete(null));
        return result.whenComplete((x, failure) -> cancel.run());
    }
}
