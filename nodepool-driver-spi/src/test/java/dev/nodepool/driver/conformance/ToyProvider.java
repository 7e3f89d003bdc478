package dev.nodepool.driver.conformance;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LabelState;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A provider that does everything right; its subclasses do one thing wrong each. */
class ToyProvider implements Provider {

    final ToyCloud cloud;
    final ProviderContext context;
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ToyProvider(ToyCloud cloud, ProviderContext context) {
        this.cloud = cloud;
        this.context = context;
    }

    Duration boot() {
        return Duration.ofMillis(30);
    }

    @Override
    public CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> onExternalId) {
        CompletableFuture<Instance> answer = open();
        context.executor().execute(() -> {
            try {
                check(spec);
            } catch (Exception refused) {
                answer.completeExceptionally(refused);
            }
            if (!answer.isDone()) {
                order(spec, onExternalId, answer);
            }
        });
        return answer;
    }

    void order(LaunchSpec spec, Consumer<ExternalId> onExternalId, CompletableFuture<Instance> answer) {
        var machine = cloud.make(spec);
        tell(machine.id(), onExternalId);
        waitFor(machine.id(), answer);
    }

    void tell(ExternalId id, Consumer<ExternalId> onExternalId) {
        onExternalId.accept(id);
    }

    void waitFor(ExternalId id, CompletableFuture<Instance> answer) {
        var cancel = context.timer().after(boot(), () -> up(id, answer));
        answer.whenComplete((x, failure) -> cancel.run());
    }

    void up(ExternalId id, CompletableFuture<Instance> answer) {
        cloud.boot(id)
                .ifPresentOrElse(
                        answer::complete,
                        () -> answer.completeExceptionally(
                                new DriverException(Fault.UNEXPECTED, "machine " + id + " is gone")));
    }

    void check(LaunchSpec spec) throws Exception {
        needs(spec.pool(), spec.label());
        if (spec.zone().isPresent() && !zones().contains(spec.zone().get())) {
            throw new DriverException(Fault.INVALID_CONFIGURATION, "no such zone");
        }
        if (cloud.refusal.isPresent()) {
            throw cloud.refusal.get();
        }
        if (cloud.machines.size() >= ToyCloud.SIZE) {
            throw new DriverException(Fault.QUOTA_EXCEEDED, "full");
        }
    }

    @Override
    public CompletableFuture<Void> delete(ExternalId id) {
        return later(() -> {
            cloud.machines.remove(id);
            return null;
        });
    }

    @Override
    public CompletableFuture<Listing<Instance>> list() {
        return later(() -> Listing.complete(cloud.all()));
    }

    @Override
    public CompletableFuture<Listing<LeakableResource>> resources() {
        return later(() -> Listing.complete(List.copyOf(cloud.volumes.values())));
    }

    @Override
    public CompletableFuture<Void> deleteResource(LeakableResource resource) {
        return later(() -> {
            cloud.volumes.remove(resource.id());
            return null;
        });
    }

    @Override
    public Amounts limits() throws DriverException {
        return Amounts.of(Amounts.INSTANCES, ToyCloud.SIZE);
    }

    @Override
    public Amounts needs(String pool, String label) throws DriverException {
        if (!pool.equals("main") || !label.equals("small")) {
            throw new DriverException(Fault.INVALID_CONFIGURATION, "no such label");
        }
        return Amounts.of(Amounts.INSTANCES, 1);
    }

    @Override
    public List<String> zones() {
        return List.of("a", "b");
    }

    @Override
    public LabelState labelState(String pool, String label) throws DriverException {
        return LabelState.READY;
    }

    @Override
    public Optional<String> consoleLog(ExternalId id) throws DriverException {
        return cloud.machines.containsKey(id) ? Optional.of("hello") : Optional.empty();
    }

    @Override
    public Optional<ImageStore> images() {
        return Optional.of(new ToyImages(this));
    }

    @Override
    public void close() {
        closed = true;
        underWay.forEach(answer -> answer.completeExceptionally(new DriverException(Fault.UNAVAILABLE, "closed")));
    }

    /** The answer of a call that takes a moment. */
    final <T> CompletableFuture<T> later(Callable<T> work) {
        CompletableFuture<T> answer = open();
        context.timer().after(Duration.ofMillis(2), () -> {
            try {
                answer.complete(work.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    <T> CompletableFuture<T> open() {
        var answer = new CompletableFuture<T>();
        underWay.add(answer);
        answer.whenComplete((x, failure) -> underWay.remove(answer));
        if (closed) {
            answer.completeExceptionally(new DriverException(Fault.UNAVAILABLE, "closed"));
        }
        return answer;
    }
}
