package dev.nodepool.driver.conformance;

import static dev.nodepool.driver.conformance.CheckFailure.demand;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Inventory;
import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.driver.Inventory.Identity;
import dev.nodepool.driver.LabelSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Machines that exist already. */
final class InventoryChecks {

    private InventoryChecks() {}

    private static Inventory inventory(Bench bench) {
        return bench.inventory().orElseThrow(() -> new NotChecked("the provider has no inventory", null));
    }

    static void hosts(Bench bench) {
        var inventory = inventory(bench);
        var hosts = inventory.hosts();
        demand(!hosts.isEmpty(), "hosts() is empty");
        demand(hosts.equals(inventory.hosts()), "hosts() answers something else when asked again");
        var labels = new HashMap<String, Set<String>>();
        bench.settings()
                .pools()
                .forEach(pool -> labels.put(
                        pool.name(),
                        pool.labels().stream().map(LabelSettings::name).collect(Collectors.toSet())));
        var seen = new HashSet<Identity>();
        for (var host : hosts) {
            demand(
                    labels.containsKey(host.pool()),
                    "host " + host.identity() + " is in the pool " + host.pool() + ", which is unknown");
            demand(
                    labels.getOrDefault(host.pool(), Set.of()).containsAll(host.labels()),
                    "host " + host.identity() + " has labels that its pool lacks: " + host.labels());
            demand(seen.add(host.identity()), "two hosts are " + host.identity());
        }
    }

    static void probe(Bench bench) {
        var inventory = inventory(bench);
        var hosts = inventory.hosts();
        var probes = hosts.stream().map(host -> probe(bench, inventory, host)).toList();
        int reached = 0;
        DriverException last = null;
        for (int i = 0; i < hosts.size(); i++) {
            var what = "probe() of " + hosts.get(i).identity();
            var limit = limit(bench, hosts.get(i));
            demand(Calls.ends(probes.get(i), limit), what + " did not answer within " + Calls.text(limit));
            if (probes.get(i).isCompletedExceptionally()) {
                last = Calls.failure(what, limit, probes.get(i));
            } else {
                demand(Calls.answer(what, limit, probes.get(i)).preferred() != null, what + " gave no address");
                reached++;
            }
        }
        if (reached == 0) {
            throw new NotChecked(
                    "none of the hosts was reached" + (last == null ? "" : ", the last because " + last.getMessage()),
                    last);
        }
    }

    static void failure(Bench bench) {
        var inventory = inventory(bench);
        var known = inventory.hosts().stream()
                .findFirst()
                .orElseThrow(() -> new NotChecked("the provider has no hosts", null));
        // Nothing listens there, and the address needs no name server, which may take its time.
        var nowhere = new Host(
                known.pool(),
                "127.0.0.1",
                new Access(known.access().connectionType(), 1, "nobody", null, null),
                1,
                known.labels(),
                true,
                List.of(),
                known.timeout());
        Calls.failure("probe() of a host that is not there", limit(bench, nowhere), probe(bench, inventory, nowhere));
    }

    private static CompletableFuture<Addresses> probe(Bench bench, Inventory inventory, Host host) {
        return bench.call("probe()", () -> inventory.probe(host));
    }

    private static Duration limit(Bench bench, Host host) {
        return host.timeout().plus(bench.patience.prompt().multipliedBy(10));
    }
}
