package dev.nodepool.driver.conformance;

import static dev.nodepool.driver.conformance.CheckFailure.demand;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelState;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.LeakableResource.Ground;
import dev.nodepool.driver.Listing;
import java.util.HashSet;
import java.util.List;

/** What a provider tells of itself and of its machines. */
final class FactChecks {

    private FactChecks() {}

    static void limits(Bench bench) {
        var provider = bench.provider();
        var limits = bench.ask("limits()", provider::limits);
        notNegative("limits()", limits);
        for (var pool : bench.settings().pools()) {
            for (var label : pool.labels()) {
                var place = "(\"" + pool.name() + "\", \"" + label.name() + "\")";
                var state = bench.ask("labelState" + place, () -> provider.labelState(pool.name(), label.name()));
                demand(
                        state.ready() || !state.reason().isBlank(),
                        "labelState" + place + " is " + state.kind() + " without a reason");
                if (state.kind() != LabelState.Kind.BROKEN) {
                    notNegative(
                            "needs" + place,
                            bench.ask("needs" + place, () -> provider.needs(pool.name(), label.name())));
                }
            }
        }
        var choice = bench.choice();
        var needs = bench.ask("needs()", () -> provider.needs(choice.pool(), choice.label()));
        demand(needs.fitsIn(limits), "a machine needs more " + needs.exceeding(limits) + " than limits() has in all");
        var zones = bench.ask("zones()", provider::zones);
        demand(zones.stream().noneMatch(String::isBlank), "zones() has one without a name");
        demand(new HashSet<>(zones).size() == zones.size(), "zones() has one twice: " + zones);
    }

    private static void notNegative(String what, Amounts amounts) {
        amounts.byName()
                .forEach((name, amount) ->
                        demand(amount >= 0, what + " has " + name + "=" + amount + "; what is unlimited is left out"));
    }

    static void console(Bench bench) {
        var machine = bench.machine();
        bench.ask("consoleLog()", () -> bench.provider().consoleLog(machine.id()));
    }

    static void resources(Bench bench) {
        var launch = bench.launch();
        var machine = bench.had(launch);
        listing(bench).items().forEach(FactChecks::sound);
        bench.delete(machine.id());
        var until = Until.in(bench.patience.removal());
        while (true) {
            var listing = listing(bench);
            var left = ofMachine(listing, launch);
            if (listing.complete() && left.isEmpty()) {
                return;
            }
            demand(!until.over(), "still listed after they were deleted: " + left);
            for (var resource : left) {
                delete(bench, resource);
                delete(bench, resource);
            }
            until.pause();
        }
    }

    private static void sound(LeakableResource resource) {
        demand(!resource.kind().isBlank(), "resources() has one without a kind: " + resource);
        demand(
                resource.ground() != Ground.MARKS || !resource.metadata().isEmpty(),
                "resources() has one that is to be known by its marks and has none: " + resource);
    }

    private static List<LeakableResource> ofMachine(Listing<LeakableResource> listing, Launch launch) {
        return listing.items().stream()
                .filter(resource -> launch.marks(resource.metadata())
                        || resource.machine().filter(launch.told::contains).isPresent())
                .toList();
    }

    private static Listing<LeakableResource> listing(Bench bench) {
        return Calls.answer(
                "resources()", bench.patience.call(), bench.call("resources()", bench.provider()::resources));
    }

    private static void delete(Bench bench, LeakableResource resource) {
        Calls.answer(
                "deleteResource()",
                bench.patience.removal(),
                bench.call("deleteResource()", () -> bench.provider().deleteResource(resource)));
    }
}
