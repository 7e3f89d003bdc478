package dev.nodepool.internal.recycle;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.LeakableResource.Ground;
import dev.nodepool.driver.Listing;
import dev.nodepool.internal.provider.Deadline;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.retention.Evidence;
import dev.nodepool.internal.retention.Known;
import dev.nodepool.internal.retention.Sight;
import dev.nodepool.internal.retention.Thing;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look for leaks at one provider, under its lock: list the cloud, catch up with the records, judge, store the
 * judgement, then begin to delete what is proven. Whatever is missing on the way ends the look without a deletion. Lives
 * on the loop.
 */
final class Sweep {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private static final Duration LIST_LIMIT = Duration.ofSeconds(120);

    /** Something that may be deleted, and how. */
    private record Candidate(
            Sight sight, Optional<String> node, Predicate<Known> known, Supplier<CompletableFuture<Void>> delete) {}

    private record Found(Map<Thing, Candidate> candidates, boolean everything) {}

    private final Stores stores;
    private final ProviderUnit provider;
    private final SweepMemory memory;
    private final LockHandle lock;

    Sweep(Stores stores, ProviderUnit provider, SweepMemory memory, LockHandle lock) {
        this.stores = stores;
        this.provider = provider;
        this.memory = memory;
        this.lock = lock;
    }

    /** Completes when everything is judged; deletions go on. */
    CompletableFuture<Void> run() {
        return provider.list().thenComposeAsync(this::withResources, stores.loop());
    }

    private CompletableFuture<Void> withResources(Listing<Instance> machines) {
        if (!machines.complete()) {
            LOG.atDebug()
                    .addKeyValue("provider", provider.name())
                    .log("No sweep of {}: the list of its machines was cut short", provider.name());
            return CompletableFuture.completedFuture(null);
        }
        return Deadline.call(
                        stores.threads().timer(),
                        LIST_LIMIT,
                        "listing what else there is at " + provider.name(),
                        () -> provider.provider().resources())
                .exceptionally(failure -> {
                    LOG.warn(
                            "Only the machines of {} are swept this time: {}",
                            provider.name(),
                            DriverException.from(failure).getMessage());
                    return Listing.partial(List.<LeakableResource>of());
                })
                .thenComposeAsync(resources -> withRecords(machines, resources), stores.loop());
    }

    private CompletableFuture<Void> withRecords(Listing<Instance> machines, Listing<LeakableResource> resources) {
        return stores.tree().sync().thenComposeAsync(x -> withFreshRecords(machines, resources), stores.loop());
    }

    /** Whatever was written before the clouds were listed, by anybody, is known after these reads. */
    private CompletableFuture<Void> withFreshRecords(Listing<Instance> machines, Listing<LeakableResource> resources) {
        var tree = stores.tree();
        var nodes = tree.exists(Layout.NODES);
        var installation = tree.get(Layout.INSTALLATION);
        var record = SweepRecord.read(tree, provider.name());
        return CompletableFuture.allOf(nodes, installation, record)
                .thenComposeAsync(x -> stores.nodes().cache().settled(), stores.loop())
                .thenComposeAsync(
                        x -> {
                            var root = nodes.join();
                            var mark = installation.join();
                            if (root.isEmpty() || !stores.caughtUp() || !lock.valid(tree.session())) {
                                return CompletableFuture.<Void>completedFuture(null);
                            }
                            if (!provider.marks()
                                    .installation()
                                    .equals(new String(mark.data(), StandardCharsets.UTF_8))) {
                                return CompletableFuture.<Void>failedFuture(new IllegalStateException(
                                        "ZooKeeper has another installation id than at the start"));
                            }
                            var records = new Evidence.Records(
                                    root.get().czxid(),
                                    mark.stat().czxid(),
                                    root.get().children() == 0);
                            return judge(found(machines, resources), records, record.join());
                        },
                        stores.loop());
    }

    private Found found(Listing<Instance> machines, Listing<LeakableResource> resources) {
        var known = KnownRecords.of(stores);
        var all = new LinkedHashMap<Thing, Candidate>();
        var listed = new HashSet<Object>();
        for (var machine : machines.items()) {
            listed.add(machine.id());
            if (provider.ours(machine)) {
                enter(all, candidate(machine, known));
            }
        }
        if (resources.complete()) {
            for (var resource : resources.items()) {
                var attached = resource.machine().filter(listed::contains).isPresent();
                if (!attached
                        && (resource.ground() == Ground.DRIVER_RULE
                                || provider.marks().on(resource.metadata()))) {
                    enter(all, candidate(resource, known));
                }
            }
        }
        return new Found(all, resources.complete());
    }

    /** Two of one name can not be told apart, so what one of them is known to be, both are. */
    private static void enter(Map<Thing, Candidate> all, Candidate candidate) {
        all.merge(candidate.sight().thing(), candidate, (a, b) -> a.sight().known() ? a : b);
    }

    private Candidate candidate(Instance machine, Known known) {
        return new Candidate(
                new Sight(Thing.of(Thing.INSTANCES, machine.id()), true, known.machine(machine)),
                node(machine.metadata()),
                k -> k.machine(machine),
                () -> provider.provider().delete(machine.id()));
    }

    private Candidate candidate(LeakableResource resource, Known known) {
        return new Candidate(
                new Sight(
                        Thing.of(resource.kind(), resource.id()),
                        resource.ground() == Ground.MARKS,
                        known.resource(resource)),
                node(resource.metadata()),
                k -> k.resource(resource),
                () -> provider.provider().deleteResource(resource));
    }

    /** The mark comes from the cloud: anybody may have written it, and not everything is part of a path. */
    private static Optional<String> node(Map<String, String> marks) {
        return Optional.ofNullable(marks.get(LaunchSpec.NODE_ID)).filter(KnownRecords::isNodeId);
    }

    private CompletableFuture<Void> judge(Found found, Evidence.Records records, SweepRecord record) {
        var now = stores.threads().now();
        var sights = new ArrayList<Sight>();
        found.candidates().values().forEach(candidate -> sights.add(candidate.sight()));
        var verdict = memory.leaks().judge(new Evidence(sights, found.everything(), records), record.caution(), now);
        var state = SweepState.of(verdict, memory.failing(), record.state(), now);
        // Remembered only when it is stored: doubts that were lost must be had again.
        return record.replace(stores.tree(), state)
                .thenRunAsync(
                        () -> {
                            memory.remember(verdict);
                            report(record.state(), state);
                            memory.due(verdict.proven(), now).forEach(thing -> begin(thing, found));
                        },
                        stores.loop());
    }

    private void report(SweepState before, SweepState now) {
        if (!now.freeze().isEmpty() && !now.freeze().equals(before.freeze())) {
            LOG.error(
                    "{} of provider {} are unknown here, nothing is deleted: {}. If they are leaks indeed: nodepool"
                            + " sweep --confirm {}",
                    memory.countsText(),
                    provider.name(),
                    now.freeze(),
                    provider.name());
        } else if (now.freeze().isEmpty() && !before.freeze().isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("provider", provider.name())
                    .log("Nothing of provider {} is held back any more", provider.name());
        }
    }

    private void begin(Thing thing, Found found) {
        var candidate = Objects.requireNonNull(found.candidates().get(thing));
        memory.begin(thing);
        var done = provider.use();
        new LeakDeletion(stores, provider, thing)
                .run(candidate.node(), candidate.known(), candidate.delete())
                .whenCompleteAsync(
                        (deleted, failure) -> {
                            done.run();
                            if (failure == null) {
                                memory.deleted(thing);
                            } else {
                                var pause =
                                        memory.failed(thing, stores.threads().now());
                                LOG.warn(
                                        "Leaked {} of provider {} could not be deleted, to be tried again in {} s: {}",
                                        thing,
                                        provider.name(),
                                        pause.toSeconds(),
                                        message(failure));
                            }
                        },
                        stores.loop());
    }

    static String message(Throwable failure) {
        return TreeException.codeOf(failure) == Code.OTHER
                ? String.valueOf(DriverException.from(failure).getMessage())
                : String.valueOf(failure);
    }
}
