package dev.nodepool.driver.conformance;

import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A creation under way. */
final class Launch {

    final LaunchSpec spec;

    /** Ids in the order they were told. */
    final List<ExternalId> told = new CopyOnWriteArrayList<>();

    private final CompletableFuture<ExternalId> firstTold = new CompletableFuture<>();
    private CompletableFuture<Instance> answer = new CompletableFuture<>();

    Launch(LaunchSpec spec) {
        this.spec = spec;
    }

    void tell(ExternalId id) {
        told.add(id);
        firstTold.complete(id);
    }

    /** Completes with the first id that is told, if any ever is. */
    CompletableFuture<ExternalId> firstTold() {
        return firstTold;
    }

    void answered(CompletableFuture<Instance> future) {
        answer = future;
    }

    CompletableFuture<Instance> answer() {
        return answer;
    }

    /** Its unique mark. */
    String token() {
        return String.valueOf(spec.metadata().get(LaunchSpec.LAUNCH));
    }

    boolean marks(Map<String, String> metadata) {
        return token().equals(metadata.get(LaunchSpec.LAUNCH));
    }

    /** Its machine in a listing, by mark or by id. */
    Optional<Instance> in(List<Instance> machines) {
        return allIn(machines).stream().findFirst();
    }

    /** Its machines, of which there should be one. */
    List<Instance> allIn(List<Instance> machines) {
        return machines.stream()
                .filter(machine -> marks(machine.metadata()) || told.contains(machine.id()))
                .toList();
    }
}
