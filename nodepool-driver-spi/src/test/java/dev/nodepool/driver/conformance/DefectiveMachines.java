package dev.nodepool.driver.conformance;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.LabelState;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Drivers that go wrong while they make machines or tell of them. */
final class DefectiveMachines {

    private DefectiveMachines() {}

    static Stream<Defect> all() {
        return Stream.concat(facts(), Stream.concat(creations(), listings()));
    }

    private static Stream<Defect> facts() {
        return Stream.of(
                Defect.of(
                        "-1 for unlimited",
                        Check.LIMITS,
                        "cores=-1",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            public Amounts limits() throws DriverException {
                                return super.limits().plus(Amounts.of(Amounts.CORES, -1));
                            }
                        }),
                Defect.of(
                        "a label that is not ready and does not say why",
                        Check.LIMITS,
                        "without a reason",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            public LabelState labelState(String pool, String label) {
                                return LabelState.notNow("");
                            }
                        }),
                Defect.of(
                        "no console without an exception",
                        Check.CONSOLE,
                        "no console here",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            public Optional<String> consoleLog(ExternalId id) throws DriverException {
                                if (cloud.machines.containsKey(id)) {
                                    throw new DriverException(Fault.UNEXPECTED, "no console here");
                                }
                                return Optional.empty();
                            }
                        }));
    }

    private static Stream<Defect> creations() {
        return Stream.of(
                Defect.of(
                        "completes before the machine is up",
                        Check.CREATE,
                        "not usable",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            void up(ExternalId id, CompletableFuture<Instance> answer) {
                                cloud.boot(id)
                                        .ifPresent(m -> answer.complete(
                                                ToyCloud.changed(m, false, m.metadata(), m.addresses())));
                            }
                        }),
                Defect.of(
                        "tells no address",
                        Check.CREATE,
                        "no address",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            void up(ExternalId id, CompletableFuture<Instance> answer) {
                                cloud.boot(id)
                                        .ifPresent(m -> answer.complete(
                                                ToyCloud.changed(m, true, m.metadata(), Addresses.NONE)));
                            }
                        }),
                Defect.of(
                        "never tells the id",
                        Check.EARLY_ID,
                        "told 0 times",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            void tell(ExternalId id, Consumer<ExternalId> onExternalId) {}
                        }),
                Defect.of(
                        "tells the id twice",
                        Check.EARLY_ID,
                        "told 2 times",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            void tell(ExternalId id, Consumer<ExternalId> onExternalId) {
                                onExternalId.accept(id);
                                onExternalId.accept(id);
                            }
                        }),
                Defect.of(
                                "tells the id when the machine is up",
                                Check.EARLY_ID,
                                "before its id was told",
                                (cloud, context) -> new ToyProvider(cloud, context) {
                                    @Override
                                    Duration boot() {
                                        return Duration.ofSeconds(3);
                                    }

                                    @Override
                                    void order(
                                            LaunchSpec spec,
                                            Consumer<ExternalId> onExternalId,
                                            CompletableFuture<Instance> answer) {
                                        waitFor(
                                                cloud.make(spec).id(),
                                                answer.whenComplete((m, failure) -> onExternalId.accept(m.id())));
                                    }
                                })
                        .impatiently(),
                Defect.of(
                        "marks the machine when it is up",
                        Check.METADATA,
                        "on its way",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            Duration boot() {
                                return Duration.ofSeconds(1);
                            }

                            @Override
                            public CompletableFuture<Listing<Instance>> list() {
                                return changed(
                                        super.list(),
                                        m -> m.usable() ? m : ToyCloud.changed(m, false, Map.of(), m.addresses()));
                            }
                        }),
                Defect.of(
                        "has its own idea of a mark",
                        Check.METADATA,
                        LaunchSpec.PROVIDER,
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            public CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> told) {
                                var metadata = new HashMap<>(spec.metadata());
                                metadata.put(LaunchSpec.PROVIDER, "toy");
                                return super.create(
                                        new LaunchSpec(
                                                spec.nodeId(),
                                                spec.pool(),
                                                spec.label(),
                                                spec.zone(),
                                                spec.image(),
                                                metadata,
                                                spec.request()),
                                        told);
                            }
                        }),
                Defect.of(
                        "takes any zone for the first",
                        Check.ZONE,
                        "got a machine in a",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            void order(
                                    LaunchSpec spec,
                                    Consumer<ExternalId> onExternalId,
                                    CompletableFuture<Instance> answer) {
                                super.order(
                                        new LaunchSpec(
                                                spec.nodeId(),
                                                spec.pool(),
                                                spec.label(),
                                                Optional.of("a"),
                                                spec.image(),
                                                spec.metadata(),
                                                spec.request()),
                                        onExternalId,
                                        answer);
                            }
                        }));
    }

    private static Stream<Defect> listings() {
        return Stream.of(
                Defect.of(
                        "lists machines twice",
                        Check.LIST,
                        "2 times",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            public CompletableFuture<Listing<Instance>> list() {
                                return super.list()
                                        .thenApply(listing -> Listing.complete(
                                                Stream.concat(listing.items().stream(), listing.items().stream())
                                                        .toList()));
                            }
                        }),
                Defect.of(
                        "lists machines as free of charge",
                        Check.LIST,
                        "takes instances",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            @Override
                            public CompletableFuture<Listing<Instance>> list() {
                                return changed(
                                        super.list(),
                                        m -> new Instance(
                                                m.id(),
                                                m.usable(),
                                                m.metadata(),
                                                Amounts.NONE,
                                                m.addresses(),
                                                m.placement(),
                                                m.access(),
                                                m.hostKeys(),
                                                m.driverData()));
                            }
                        }),
                Defect.of(
                                "calls no listing complete",
                                Check.LIST,
                                "not complete",
                                (cloud, context) -> new ToyProvider(cloud, context) {
                                    @Override
                                    public CompletableFuture<Listing<Instance>> list() {
                                        return super.list().thenApply(listing -> Listing.partial(listing.items()));
                                    }
                                })
                        .impatiently());
    }

    private static CompletableFuture<Listing<Instance>> changed(
            CompletableFuture<Listing<Instance>> answer, java.util.function.UnaryOperator<Instance> change) {
        return answer.thenApply(listing -> Listing.complete(
                List.copyOf(listing.items().stream().map(change).toList())));
    }
}
