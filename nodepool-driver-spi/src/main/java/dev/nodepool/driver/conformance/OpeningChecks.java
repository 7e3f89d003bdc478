package dev.nodepool.driver.conformance;

import static dev.nodepool.driver.conformance.CheckFailure.demand;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.LabelSettings;
import dev.nodepool.driver.PoolSettings;
import dev.nodepool.driver.ProviderSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Settings, the opening of a provider, and what every caller of it may count on. */
final class OpeningChecks {

    private OpeningChecks() {}

    static void settings(Bench bench) {
        demand(!bench.scratch.driver.name().isBlank(), "name() is blank");
        var first = read(bench);
        var second = read(bench);
        demand(
                first.equals(second) && first.hashCode() == second.hashCode(),
                "settings read twice from the same section are not equal, so each reload would replace the provider");
        demand(first.launchRetries() >= 1, "launchRetries() is " + first.launchRetries());
        demand(!first.launchTimeout().isNegative(), "launchTimeout() is negative");
        demand(!first.bootTimeout().isNegative(), "bootTimeout() is negative");
        demand(!first.pools().isEmpty(), "pools() is empty");
        different("pools", first.pools().stream().map(PoolSettings::name).toList());
        for (var pool : first.pools()) {
            different(
                    "labels of pool " + pool.name(),
                    pool.labels().stream().map(LabelSettings::name).toList());
        }
    }

    private static ProviderSettings read(Bench bench) {
        try {
            return bench.calls.returned("parse()", bench.patience.call(), bench.scratch.settings::call);
        } catch (ExecutionException e) {
            throw Calls.failed("parse()", Calls.cause(e));
        }
    }

    private static void different(String what, List<String> names) {
        demand(names.stream().noneMatch(String::isBlank), "one of the " + what + " has no name");
        demand(new HashSet<>(names).size() == names.size(), "two of the " + what + " have one name: " + names);
    }

    static void open(Bench bench) {
        var settings = bench.settings();
        var driver = bench.scratch.driver;
        try {
            bench.calls
                    .returned("open()", bench.patience.prompt(), () -> driver.open(settings, bench.context))
                    .close();
        } catch (ExecutionException e) {
            throw Calls.failed("open()", Calls.cause(e));
        }
        ProviderSettings foreign = List::of;
        try {
            bench.calls
                    .returned("open()", bench.patience.prompt(), () -> driver.open(foreign, bench.context))
                    .close();
        } catch (ExecutionException e) {
            demand(
                    Calls.cause(e) instanceof DriverException,
                    "open() with settings of another driver failed with " + Calls.cause(e)
                            + " instead of a DriverException");
            return;
        }
        throw new CheckFailure("open() took settings of another driver");
    }

    static void callers(Bench bench) {
        var provider = bench.provider();
        var inventory = bench.inventory();
        var answers = new ArrayList<CompletableFuture<?>>();
        bench.context.hold();
        if (inventory.isPresent()) {
            var hosts = returned(
                            bench,
                            "hosts()",
                            () -> CompletableFuture.completedFuture(
                                    inventory.get().hosts()))
                    .join();
            hosts.stream()
                    .findFirst()
                    .ifPresent(host -> answers.add(returned(
                            bench, "probe()", () -> inventory.get().probe(host).thenApply(x -> host))));
        } else {
            var launch = new Launch(bench.spec(bench.choice(), java.util.Optional.empty()));
            bench.remember(launch);
            launch.answered(returned(bench, "create()", () -> provider.create(launch.spec, launch::tell)));
            answers.add(launch.answer());
            answers.add(returned(bench, "list()", provider::list));
            answers.add(returned(bench, "delete()", () -> provider.delete(unknown())));
            answers.add(returned(bench, "resources()", provider::resources));
        }
        provider.images().ifPresent(store -> {
            answers.add(returned(bench, "images.list()", store::list));
            answers.add(returned(bench, "images.delete()", () -> store.delete(unknown())));
        });
        bench.context.release();
        for (var answer : answers) {
            demand(
                    Calls.ends(answer, bench.launchLimit()),
                    "one of the calls did not answer within " + Calls.text(bench.launchLimit())
                            + " after the executor was free again");
        }
    }

    private static <T> CompletableFuture<T> returned(Bench bench, String what, Supplier<CompletableFuture<T>> call) {
        return bench.calls.future(what, bench.patience.prompt(), call);
    }

    static ExternalId unknown() {
        return new ExternalId(UUID.randomUUID().toString());
    }
}
