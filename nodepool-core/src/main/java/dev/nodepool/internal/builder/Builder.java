package dev.nodepool.internal.builder;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.event.ImageEvent;
import dev.nodepool.internal.image.BuildWork;
import dev.nodepool.internal.image.CleanupWork;
import dev.nodepool.internal.image.ImageOrders;
import dev.nodepool.internal.image.LeakWork;
import dev.nodepool.internal.image.LocalWork;
import dev.nodepool.internal.image.Sight;
import dev.nodepool.internal.image.UploadWork;
import dev.nodepool.internal.image.Workshop;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.internal.store.Installation;
import dev.nodepool.metrics.Stats;
import dev.nodepool.view.ImageProgress;
import dev.nodepool.view.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A builder: builds, uploads and removes images as its configuration says. Decides a round whenever something has changed
 * or time has come, and stops in order. All of it lives on one loop; nothing on it blocks.
 */
public final class Builder {

    private static final Logger LOG = LoggerFactory.getLogger(Builder.class);

    private static final Duration SAFETY_NET = Duration.ofSeconds(30);

    /** How often figures that are states are told; Python does it once per clean-up. */
    private static final Duration STATES = Duration.ofSeconds(60);

    /** How long work that was told to end may take to clean up after itself. */
    private static final Duration GIVE_UP = Duration.ofSeconds(120);

    private final ImageStores stores;
    private final Workshop shop;
    private final ImageProviders providers;
    private final BuilderRegistration registration;
    private final BuildWork builds;
    private final UploadWork uploads;
    private final LocalWork local;
    private final CleanupWork cleanup;
    private final LeakWork leaks;
    private final Orphans orphans;
    private final BuilderStats figures;
    private final ImageFeed feed = new ImageFeed();
    private final ImageOrders orders;
    private NodepoolConfig config;
    private String installation = "";
    private boolean roundDue;
    private boolean stopping;
    private int wakeUp;
    private @Nullable CompletableFuture<Void> idle;
    private volatile Readiness readiness = new Readiness(false, List.of("ZooKeeper"), List.of());

    /**
     * @param workers how much is done at once
     * @param version of the software, for the registries
     */
    public Builder(
            NodepoolConfig config, Drivers drivers, Workshop shop, Workers workers, String version, Stats stats) {
        this.config = config;
        this.shop = shop;
        stores = shop.stores();
        providers = new ImageProviders(drivers, stores.threads(), stores.loop(), stats, this::changed);
        registration = new BuilderRegistration(stores, shop.host(), version, shop.builderId());
        figures = new BuilderStats(stats, shop.host(), shop::now);
        builds = new BuildWork(shop, workers.builds(), figures, this::changed);
        uploads = new UploadWork(shop, workers.uploads(), figures, this::changed);
        local = new LocalWork(shop, builds, this::changed);
        cleanup = new CleanupWork(
                shop,
                image -> Sight.wanted(this.config, providers.holdingImages(), image, shop),
                builds,
                this::changed);
        leaks = new LeakWork(shop, figures::leakDeleted);
        orphans = new Orphans(shop);
        orders = new ImageOrders(stores);
    }

    /** How many builds and how many uploads are done at once. */
    public record Workers(int builds, int uploads) {}

    /** Starts following ZooKeeper; everything else begins with the connection. */
    public void start() {
        LOG.info("Builder {} has its images in {}", shop.builderId(), shop.imagesDir());
        stores.loop().execute(() -> {
            safetyNet();
            tellStates();
            stores.start(new ImageStores.Listener() {
                @Override
                public void changed() {
                    Builder.this.changed();
                }

                @Override
                public void connected() {
                    Builder.this.connected();
                }

                @Override
                public void lost() {
                    LOG.warn(
                            "The ZooKeeper session is lost, with all locks; builds and uploads under way are given up");
                    builds.sessionLost();
                    uploads.sessionLost();
                }
            });
        });
    }

    private void safetyNet() {
        stores.threads().timerOn(stores.loop()).after(SAFETY_NET, () -> {
            if (!stopping) {
                changed();
                safetyNet();
            }
        });
    }

    private void tellStates() {
        stores.threads().timerOn(stores.loop()).after(STATES, () -> {
            if (!stopping) {
                if (stores.caughtUp()) {
                    figures.states(sight(), builds, uploads);
                }
                tellStates();
            }
        });
    }

    private void connected() {
        if (stopping) {
            return;
        }
        registration.connected();
        if (!installation.isEmpty()) {
            changed();
            return;
        }
        Installation.id(stores.tree(), stores.threads())
                .whenCompleteAsync(
                        (id, failure) -> {
                            if (id != null && installation.isEmpty()) {
                                installation = id;
                                providers.serve(config.providers());
                                changed();
                            } else if (id == null) {
                                LOG.warn(
                                        "The installation id could not be read, to be repeated: {}",
                                        String.valueOf(failure));
                                stores.threads().timerOn(stores.loop()).after(Duration.ofSeconds(1), this::connected);
                            }
                        },
                        stores.loop());
    }

    /** Puts another configuration in force, as a whole, from the next round on. What is under way ends as it began. */
    public void apply(NodepoolConfig changed) {
        stores.loop().execute(() -> {
            if (stopping) {
                return;
            }
            LOG.info("A new configuration is in force");
            if (!changed.builder().imagesDir().equals(config.builder().imagesDir())) {
                LOG.warn("A change of images-dir takes effect with the next start");
            }
            config = changed;
            if (!installation.isEmpty()) {
                providers.serve(config.providers());
            }
            changed();
        });
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
        readiness = readinessNow();
        if (idle != null && isIdle()) {
            idle.complete(null);
        }
        if (stopping || installation.isEmpty() || !stores.caughtUp()) {
            return;
        }
        var sight = sight();
        feed.look(List.copyOf(sight.images().values()), stores.threads().clock().instant());
        local.look(sight);
        cleanup.round(sight);
        builds.round(sight);
        uploads.round(sight);
        leaks.round(sight);
        wakeUpAt(Math.min(Math.min(builds.next(sight), uploads.next(sight.now())), cleanup.next(sight.now())), sight);
    }

    private Sight sight() {
        var images = new LinkedHashMap<String, ImageFacts>();
        stores.cache().all().forEach(image -> images.put(image.name(), image));
        return new Sight(config, installation, images, providers.holdingImages(), local.here(), shop.now());
    }

    /** The last call counts. */
    private void wakeUpAt(double when, Sight sight) {
        var turn = ++wakeUp;
        if (when == Double.POSITIVE_INFINITY) {
            return;
        }
        // A little later than exactly, so that the clock has certainly reached it.
        var delay = Duration.ofMillis((long) Math.max(1, Math.ceil((when - sight.now()) * 1000) + 1));
        if (delay.compareTo(SAFETY_NET) < 0) {
            stores.threads().timerOn(stores.loop()).after(delay, () -> {
                if (turn == wakeUp && !stopping) {
                    changed();
                }
            });
        }
    }

    private Readiness readinessNow() {
        var waiting = new ArrayList<String>();
        if (installation.isEmpty() || !stores.caughtUp()) {
            waiting.add("ZooKeeper");
        } else if (!local.known() && local.trouble().isEmpty()) {
            waiting.add("images-dir");
        }
        var remarks = new ArrayList<String>();
        local.trouble().ifPresent(remarks::add);
        if (local.frozen()) {
            remarks.add("ZooKeeper does not know most builds in " + shop.imagesDir() + "; their files stay");
        }
        remarks.addAll(leaks.remarks());
        if (stores.caughtUp()) {
            remarks.addAll(orphans.remarks(stores.cache().all()));
        }
        var failed = providers.failures();
        var ready = readiness.ready() || waiting.isEmpty() && failed.isEmpty();
        return new Readiness(ready, ready ? List.of() : waiting, failed, remarks);
    }

    /** How things stand. May be called from any thread. */
    public Readiness readiness() {
        return readiness;
    }

    /** What is under way. May be called from any thread. */
    public List<ImageProgress> progress() {
        var all = new ArrayList<>(builds.progress());
        all.addAll(uploads.progress());
        return all;
    }

    /** All images with their builds and uploads, as ZooKeeper has them. */
    public CompletableFuture<List<ImageFacts>> images() {
        return CompletableFuture.supplyAsync(() -> stores.cache().all(), stores.loop());
    }

    /** What people order. */
    public ImageOrders orders() {
        return orders;
    }

    /** Tries what failed before at once instead of after its pause. */
    public CompletableFuture<Void> retry(String image) {
        return CompletableFuture.runAsync(
                () -> {
                    builds.retry(image);
                    uploads.retry(image);
                    changed();
                },
                stores.loop());
    }

    /** @return ends the telling when run */
    public Runnable listen(Consumer<ImageEvent> listener) {
        return feed.listen(listener);
    }

    /** Clean-up may be cut off anywhere; what it had begun is found again. */
    private boolean isIdle() {
        return builds.idle() && uploads.idle();
    }

    /**
     * Stops in order: begins nothing more, lets what is under way go on within the limit, gives the rest up.
     *
     * @return completes when done, within the limit and two minutes
     */
    public CompletableFuture<Void> stop(Duration drain) {
        var done = new CompletableFuture<Void>();
        stores.loop().execute(() -> {
            stopping = true;
            registration.stop();
            cleanup.stop();
            whenIdle(drain)
                    .thenComposeAsync(
                            x -> {
                                builds.abort();
                                uploads.abort();
                                return whenIdle(GIVE_UP);
                            },
                            stores.loop())
                    .whenCompleteAsync(
                            (x, failure) -> {
                                providers.closeAll();
                                stores.close();
                                done.complete(null);
                            },
                            stores.loop());
        });
        return done;
    }

    private CompletableFuture<Void> whenIdle(Duration limit) {
        var result = new CompletableFuture<Void>();
        if (isIdle()) {
            result.complete(null);
            return result;
        }
        idle = result;
        var cancel = stores.threads().timerOn(stores.loop()).after(limit, () -> result.complete(null));
        return result.whenComplete((x, failure) -> cancel.run());
    }
}
