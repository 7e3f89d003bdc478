package dev.nodepool.internal.launcher;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.PoolConfig;
import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.DriverException;
import dev.nodepool.internal.assign.Assigner;
import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.quota.Ledger;
import dev.nodepool.internal.recycle.LeakSweeper;
import dev.nodepool.internal.recycle.LostRequests;
import dev.nodepool.internal.recycle.Recycler;
import dev.nodepool.internal.retention.NodeExpiry;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.Node;
import dev.nodepool.model.RegisteredPool;
import dev.nodepool.view.Readiness;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A launcher: opens the providers, registers their pools, and decides a round whenever something has changed and
 * everything is known. All of it lives on one loop; nothing on it blocks.
 */
public final class Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    private static final Duration SAFETY_NET = Duration.ofSeconds(30);

    /** How long flows that were asked to end may take to store that. */
    private static final Duration GIVE_BACK = Duration.ofSeconds(5);

    private final NodepoolConfig config;
    private final Drivers drivers;
    private final Stores stores;
    private final String hostname;
    private final Ledger ledger = new Ledger();
    private final NodeIndex nodes;
    private final SnapshotView snapshots;
    private final Registration registration;
    private final Recycler recycler;
    private final LostRequests lostRequests;
    private final LeakSweeper sweeper;
    private final Rounds rounds;
    private final MinReady minReady;
    private final Map<String, ProviderUnit> providers = new LinkedHashMap<>();
    private final Map<String, PoolSeat> seats = new LinkedHashMap<>();
    private final Map<String, String> failedProviders = new LinkedHashMap<>();
    private String installation = "";
    private boolean roundDue;
    private boolean stopping;
    private @Nullable CompletableFuture<Void> idle;
    private volatile Readiness readiness = new Readiness(false, List.of("ZooKeeper"), List.of());

    /**
     * @param hostname names this host in the registries
     * @param version of the software, for the registries
     */
    public Launcher(NodepoolConfig config, Drivers drivers, Stores stores, String hostname, String version) {
        this.config = config;
        this.drivers = drivers;
        this.stores = stores;
        this.hostname = hostname;
        nodes = new NodeIndex(stores.nodes().cache(), ledger);
        snapshots = new SnapshotView(stores, ledger, nodes);
        registration = new Registration(stores, hostname, version, hostname + "-" + uuid());
        lostRequests = new LostRequests(stores);
        recycler = new Recycler(
                stores,
                name -> Optional.ofNullable(providers.get(name)),
                this::lives,
                new NodeExpiry(config.labels(), config.maxHoldAge()));
        sweeper = new LeakSweeper(stores);
        rounds = new Rounds(stores, ledger, recycler, this::changed);
        minReady = new MinReady(stores, nodes, label -> snapshots.launchable(List.copyOf(seats.values()), label));
    }

    private static String uuid() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** Starts following ZooKeeper; everything else begins with the connection. */
    public void start() {
        stores.loop().execute(() -> {
            recycler.start();
            lostRequests.start();
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
                changed();
                safetyNet();
            }
        });
    }

    public Readiness readiness() {
        return readiness;
    }

    /** Why each pool of this launcher does not take a request, by launcher id. */
    public CompletableFuture<Map<String, Reason>> reasons(String request) {
        return CompletableFuture.supplyAsync(() -> rounds.reasons(request), stores.loop());
    }

    private void connected() {
        if (stopping) {
            return;
        }
        if (installation.isEmpty()) {
            Installation.id(stores.tree())
                    .whenCompleteAsync(
                            (id, failure) -> {
                                if (id != null) {
                                    openProviders(id);
                                } else {
                                    LOG.warn(
                                            "The installation id could not be read, to be repeated: {}",
                                            String.valueOf(failure));
                                    stores.threads()
                                            .timerOn(stores.loop())
                                            .after(Duration.ofSeconds(1), this::connected);
                                }
                            },
                            stores.loop());
        } else {
            registration.connected();
            changed();
        }
    }

    private void openProviders(String id) {
        if (!installation.isEmpty() || stopping) {
            return;
        }
        installation = id;
        config.providers().forEach(this::open);
        registration.serve(List.copyOf(seats.values()));
        changed();
    }

    private void open(ProviderConfig provider) {
        try {
            var unit = ProviderUnit.open(
                    provider,
                    drivers.get(provider.driver()),
                    stores.threads(),
                    stores.loop(),
                    installation,
                    this::changed);
            providers.put(provider.name(), unit);
            sweeper.watch(unit);
            for (var pool : provider.pools()) {
                var seat = new PoolSeat(launcherId(provider, pool), unit, pool);
                seats.put(seat.launcherId(), seat);
            }
        } catch (DriverException | RuntimeException e) {
            LOG.error(
                    "Provider {} can not be started: {}",
                    provider.name(),
                    e.getMessage(),
                    e instanceof DriverException ? null : e);
            failedProviders.put(provider.name(), String.valueOf(e.getMessage()));
        }
    }

    private String launcherId(ProviderConfig provider, PoolConfig pool) {
        return hostname + "-PoolWorker." + provider.name() + "-" + pool.name() + "-" + uuid();
    }

    /** Whether a launcher id is ours or that of another launcher that lives. */
    private boolean lives(String launcherId) {
        return !seats.containsKey(launcherId) && stores.registry().knows(launcherId);
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
            stores.loop().execute(this::round);
        }
    }

    private void round() {
        roundDue = false;
        readiness = assess();
        if (idle != null && rounds.idle()) {
            idle.complete(null);
        }
        if (stopping || !mayDecide()) {
            return;
        }
        var candidates = rounds.candidates();
        if (!candidates.isEmpty()) {
            var plan = Assigner.plan(snapshots.of(config, candidates, List.copyOf(seats.values()), rounds));
            rounds.carryOut(plan, seats::get, installation);
            registration.paused(new HashSet<>(plan.waitingPools()));
        } else {
            registration.paused(new HashSet<>());
        }
        minReady.plan();
    }

    /** Everything is known, and everybody knows of us: else we might fail a request that we could serve. */
    private boolean mayDecide() {
        var registered =
                stores.registry().pools().stream().map(RegisteredPool::id).collect(Collectors.toSet());
        return stores.caughtUp() && !installation.isEmpty() && registered.containsAll(seats.keySet());
    }

    private Readiness assess() {
        var waitingFor = new ArrayList<String>();
        if (installation.isEmpty() || !stores.caughtUp()) {
            waitingFor.add("ZooKeeper");
        }
        providers.values().stream()
                .filter(p -> p.facts().isEmpty())
                .forEach(p -> waitingFor.add("provider " + p.name()
                        + p.unavailable().map(r -> ": " + r.text()).orElse("")));
        var failed = failedProviders.entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue())
                .toList();
        return new Readiness(readiness.ready() || waitingFor.isEmpty() && failed.isEmpty(), waitingFor, failed);
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
                                providers.values().forEach(ProviderUnit::close);
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
