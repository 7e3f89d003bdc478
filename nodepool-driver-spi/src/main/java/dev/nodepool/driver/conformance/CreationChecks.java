package dev.nodepool.driver.conformance;

import static dev.nodepool.driver.conformance.CheckFailure.demand;

import dev.nodepool.driver.Instance;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Machines while they are made, and afterwards. */
final class CreationChecks {

    private CreationChecks() {}

    static void create(Bench bench) {
        var launch = bench.launch();
        var instance = Calls.answer("create()", bench.launchLimit(), launch.answer());
        demand(instance != null, "create() answered null");
        demand(instance.usable(), "create() completed with a machine that is not usable");
        var address = instance.addresses().preferred();
        demand(
                address != null && !address.isBlank(),
                "create() completed with a machine that has no address to connect to");
    }

    static void earlyId(Bench bench) {
        var launch = bench.launch();
        var toldByThen = launch.answer().handle((x, failure) -> launch.told.size());
        var until = Until.in(bench.launchLimit());
        var patience = bench.patience.prompt().multipliedBy(10);
        Until late = null;
        while (launch.told.isEmpty() && !launch.answer().isDone() && !until.over()) {
            if (late == null && launch.in(bench.listing().items()).isPresent()) {
                late = Until.in(patience);
            }
            demand(
                    late == null || !late.over() || !launch.told.isEmpty(),
                    "the machine was listed for " + Calls.text(patience) + " before its id was told");
            until.pause();
        }
        var instance = bench.had(launch);
        demand(toldByThen.join() == 1, "the id was told " + toldByThen.join() + " times before create() completed");
        demand(
                launch.told.get(0).equals(instance.id()),
                "told the id " + launch.told.get(0) + " and made the machine " + instance.id());
    }

    static void metadata(Bench bench) {
        var launch = bench.launch();
        var until = Until.in(bench.launchLimit());
        while (!launch.answer().isDone() && !until.over()) {
            launch.in(bench.listing().items())
                    .ifPresent(seen -> complete(launch, seen.metadata(), "a machine on its way is listed"));
            until.pause();
        }
        var instance = bench.had(launch);
        complete(launch, instance.metadata(), "create() completed with a machine");
        launch.in(bench.machines()).ifPresent(seen -> complete(launch, seen.metadata(), "a machine is listed"));
    }

    private static void complete(Launch launch, Map<String, String> found, String what) {
        var wrong = new TreeSet<String>();
        launch.spec.metadata().forEach((key, value) -> {
            if (!value.equals(found.get(key))) {
                wrong.add(key + " (" + found.getOrDefault(key, "missing") + " instead of " + value + ")");
            }
        });
        demand(wrong.isEmpty(), what + " without all its marks: " + wrong);
    }

    static void list(Bench bench) {
        var launches = List.of(bench.launch(), bench.launch());
        var instances = launches.stream().map(bench::had).toList();
        var choice = bench.choice();
        var limits = bench.ask("limits()", bench.provider()::limits);
        var needs = bench.ask("needs()", () -> bench.provider().needs(choice.pool(), choice.label()));
        var machines = bench.machines();
        for (var instance : instances) {
            var seen = machines.stream()
                    .filter(machine -> machine.id().equals(instance.id()))
                    .toList();
            demand(
                    seen.size() == 1,
                    "a complete listing has a machine that was created before " + seen.size() + " times");
            demand(seen.get(0).usable(), "a machine is listed as not usable though create() has completed");
            for (var name : limits.byName().keySet()) {
                demand(
                        needs.get(name) <= 0 || seen.get(0).amounts().get(name) > 0,
                        "a machine that takes " + name + " is listed without, so its use of the limit is not counted");
            }
        }
    }

    /** Clouds without zones have nothing to do wrong here. */
    static void zone(Bench bench) {
        var choice = bench.choice();
        var zones = bench.settings().pools().stream()
                .filter(pool -> pool.name().equals(choice.pool()))
                .findFirst()
                .map(pool -> pool.zones())
                .filter(configured -> !configured.isEmpty())
                .orElseGet(() -> bench.ask("zones()", bench.provider()::zones));
        if (!zones.isEmpty()) {
            var asked = zones.get(zones.size() - 1);
            Instance instance = bench.had(bench.launch(bench.spec(choice, Optional.of(asked))));
            demand(
                    asked.equals(instance.placement().zone()),
                    "asked for zone " + asked + ", got a machine in "
                            + instance.placement().zone());
        }
    }
}
