package dev.nodepool.driver.conformance;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.Listing;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Drivers that go wrong while they delete, fail, are cancelled, or are called by many. */
final class DefectiveCalls {

    private DefectiveCalls() {}

    static Stream<Defect> all() {
        return Stream.concat(deletions(), Stream.concat(cancellations(), Stream.concat(faults(), crowds())));
    }

    private static Stream<Defect> deletions() {
        return Stream.of(
                Defect.of(
                                "does not delete",
                                Check.DELETE,
                                "still listed",
                                (cloud, context) -> new ToyProvider(cloud, context) {
                                    @Override
                                    public CompletableFuture<Void> delete(ExternalId id) {
                                        return later(() -> null);
                                    }
                                })
                        .impatiently(),
                Defect.of(
                        "deletes only twice",
                        Check.DELETE_TWICE,
                        "no more",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            private final Map<ExternalId, Integer> times = new ConcurrentHashMap<>();

                            @Override
                            public CompletableFuture<Void> delete(ExternalId id) {
                                return times.merge(id, 1, Integer::sum) > 2
                                        ? CompletableFuture.failedFuture(
                                                new DriverException(Fault.UNEXPECTED, "no more"))
                                        : super.delete(id);
                            }
                        }),
                Defect.of(
                        "does not find what never was",
                        Check.UNKNOWN_ID,
                        "NOT_FOUND",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            public CompletableFuture<Void> delete(ExternalId id) {
                                return cloud.volumes.containsKey(new ExternalId("volume-of-" + id))
                                        ? super.delete(id)
                                        : CompletableFuture.failedFuture(
                                                new DriverException(Fault.NOT_FOUND, "never heard of it"));
                            }
                        }),
                Defect.of(
                        "is surprised by a machine that has no console",
                        Check.UNKNOWN_ID,
                        "consoleLog() of an unknown id failed with UNEXPECTED",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            public Optional<String> consoleLog(ExternalId id) throws DriverException {
                                if (cloud.machines.containsKey(id)) {
                                    return Optional.of("hello");
                                }
                                throw new DriverException(Fault.UNEXPECTED, "no console");
                            }
                        }),
                Defect.of(
                                "does not delete volumes",
                                Check.RESOURCES,
                                "still listed",
                                (cloud, context) -> new ToyProvider(cloud, context) {
                                    @Override
                                    public CompletableFuture<Void> deleteResource(LeakableResource resource) {
                                        return CompletableFuture.completedFuture(null);
                                    }
                                })
                        .impatiently());
    }

    private static Stream<Defect> cancellations() {
        return Stream.of(
                Defect.of(
                        "makes another machine when cancelled",
                        Check.CANCELLATION,
                        "made 2 machines",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            void order(
                                    LaunchSpec spec,
                                    Consumer<ExternalId> onExternalId,
                                    CompletableFuture<Instance> answer) {
                                super.order(spec, onExternalId, answer);
                                answer.whenComplete((m, failure) -> {
                                    if (answer.isCancelled()) {
                                        cloud.make(spec);
                                    }
                                });
                            }
                        }),
                Defect.of(
                                "goes on waiting when cancelled",
                                Check.GIVING_UP,
                                "still wait",
                                (cloud, context) -> new ToyProvider(cloud, context) {
                                    @Override
                                    Duration boot() {
                                        return Duration.ofSeconds(3);
                                    }

                                    @Override
                                    void waitFor(ExternalId id, CompletableFuture<Instance> answer) {
                                        context.timer().after(boot(), () -> up(id, answer));
                                    }
                                })
                        .impatiently(),
                Defect.of(
                                "gives one future to several callers",
                                Check.SEPARATE,
                                "CancellationException",
                                (cloud, context) -> new ToyProvider(cloud, context) {
                                    private CompletableFuture<Listing<Instance>> shared =
                                            CompletableFuture.completedFuture(null);

                                    @Override
                                    public synchronized CompletableFuture<Listing<Instance>> list() {
                                        if (shared.isDone()) {
                                            shared = open();
                                            var mine = shared;
                                            context.timer()
                                                    .after(
                                                            Duration.ofMillis(250),
                                                            () -> mine.complete(Listing.complete(cloud.all())));
                                        }
                                        return shared;
                                    }
                                })
                        .impatiently());
    }

    private static Stream<Defect> faults() {
        return Stream.of(
                Defect.of(
                        "throws",
                        Check.FAULTS,
                        "instead of failing its future",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            public CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> told) {
                                if (!spec.label().equals("small")) {
                                    throw new IllegalArgumentException(spec.label());
                                }
                                return super.create(spec, told);
                            }
                        }),
                Defect.of(
                        "fails with exceptions of its own",
                        Check.FAULTS,
                        "instead of a DriverException",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            void check(LaunchSpec spec) throws Exception {
                                if (!spec.label().equals("small")) {
                                    throw new IllegalArgumentException(spec.label());
                                }
                                super.check(spec);
                            }
                        }),
                Defect.of(
                        "does not tell what is wrong",
                        Check.FAULTS,
                        "failed with UNEXPECTED",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            public Amounts needs(String pool, String label) throws DriverException {
                                try {
                                    return super.needs(pool, label);
                                } catch (DriverException e) {
                                    throw new DriverException(Fault.UNEXPECTED, "oh");
                                }
                            }
                        }),
                Defect.of(
                        "takes a zone that is not there",
                        Check.FAULTS,
                        "did not fail",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            void check(LaunchSpec spec) throws Exception {
                                needs(spec.pool(), spec.label());
                                if (cloud.refusal.isPresent()) {
                                    throw cloud.refusal.get();
                                }
                            }
                        }),
                Defect.of(
                        "knows one fault only",
                        Check.PROVOKED,
                        "told as UNEXPECTED",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            void check(LaunchSpec spec) throws Exception {
                                if (cloud.refusal.isPresent()) {
                                    throw new DriverException(Fault.UNEXPECTED, "oh");
                                }
                                super.check(spec);
                            }
                        }));
    }

    private static Stream<Defect> crowds() {
        return Stream.of(
                Defect.of(
                        "mixes up its callers",
                        Check.CONCURRENCY,
                        "of another caller",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            void up(ExternalId id, CompletableFuture<Instance> answer) {
                                super.up(
                                        cloud.machines.size() > 4
                                                ? cloud.all().get(0).id()
                                                : id,
                                        answer);
                            }
                        }),
                Defect.of(
                                "waits on its executor for its executor",
                                Check.CONCURRENCY,
                                "held its caller",
                                (cloud, context) -> new ToyProvider(cloud, context) {
                                    @Override
                                    public Amounts limits() throws DriverException {
                                        var both = new CompletableFuture<Void>()
                                                .completeOnTimeout(null, 50, TimeUnit.MILLISECONDS);
                                        try {
                                            both.join();
                                            return CompletableFuture.supplyAsync(
                                                            () -> Amounts.of(Amounts.INSTANCES, ToyCloud.SIZE),
                                                            context.executor())
                                                    .join();
                                        } catch (CompletionException e) {
                                            throw new DriverException(Fault.UNEXPECTED, "oh", null, e);
                                        }
                                    }
                                })
                        .impatiently());
    }
}
