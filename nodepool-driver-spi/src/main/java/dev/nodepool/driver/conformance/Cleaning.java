package dev.nodepool.driver.conformance;

import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Removes what the kit made, and nothing else. */
final class Cleaning {

    private final Bench bench;

    Cleaning(Bench bench) {
        this.bench = bench;
    }

    /**
     * Ends launches and removes their machines, and all others that carry our mark.
     *
     * @return the machines that are still there
     */
    List<String> machines(List<Launch> launches) {
        launches.forEach(launch -> launch.answer().cancel(true));
        var until = Until.in(bench.patience.removal());
        while (true) {
            try {
                var machines = bench.machines();
                var ids = machines.stream()
                        .filter(machine -> ours(machine, launches))
                        .map(Instance::id)
                        .toList();
                if (ids.isEmpty()) {
                    return List.of();
                }
                if (until.over()) {
                    return ids.stream().map(id -> "machine " + id).toList();
                }
                var deletions = ids.stream().map(bench::deletion).toArray(CompletableFuture[]::new);
                Calls.ends(CompletableFuture.allOf(deletions), bench.patience.removal());
            } catch (CheckFailure e) {
                if (until.over()) {
                    return List.of("perhaps machines: " + e.getMessage());
                }
            }
            until.pause();
        }
    }

    private boolean ours(Instance machine, List<Launch> launches) {
        return ours(machine.metadata()) || launches.stream().anyMatch(launch -> launch.told.contains(machine.id()));
    }

    /** Removes what machines leave behind. @return what is still there */
    List<String> resources() {
        var provider = bench.provider();
        var until = Until.in(bench.patience.removal());
        while (true) {
            try {
                var listing = Calls.answer(
                        "resources()", bench.patience.call(), bench.call("resources()", provider::resources));
                var ours = listing.items().stream()
                        .filter(resource -> ours(resource.metadata()))
                        .toList();
                if (ours.isEmpty() && listing.complete()) {
                    return List.of();
                }
                if (until.over()) {
                    return ours.stream()
                            .map(resource -> resource.kind() + " " + resource.id())
                            .toList();
                }
                ours.forEach(resource -> Calls.ends(
                        bench.call("deleteResource()", () -> provider.deleteResource(resource)),
                        bench.patience.removal()));
            } catch (CheckFailure e) {
                if (until.over()) {
                    return List.of("perhaps resources: " + e.getMessage());
                }
            }
            until.pause();
        }
    }

    private boolean ours(Map<String, String> metadata) {
        return bench.installation().equals(metadata.get(LaunchSpec.INSTALLATION));
    }

    /** Removes images. @return those that are still there */
    List<String> images() {
        var images = new ImageShelf(bench);
        var until = Until.in(bench.patience.removal());
        while (true) {
            try {
                var ours = images.own();
                if (ours.isEmpty()) {
                    return List.of();
                }
                if (until.over()) {
                    return ours.stream().map(image -> "image " + image.id()).toList();
                }
                ours.forEach(image -> images.delete("images.delete()", image.id()));
            } catch (CheckFailure e) {
                if (until.over()) {
                    return List.of("perhaps images: " + e.getMessage());
                }
            }
            until.pause();
        }
    }
}
