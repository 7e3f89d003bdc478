package dev.nodepool.internal.launcher;

import dev.nodepool.internal.inventory.Inventories;
import dev.nodepool.view.Readiness;
import java.util.ArrayList;

/** How far the start has come, and what a person should know of the providers. */
final class StartProgress {

    private StartProgress() {}

    /**
     * @param before whether it was ready before
     * @param zooKeeper whether everything in ZooKeeper is known
     */
    static Readiness of(
            boolean before,
            boolean zooKeeper,
            ProviderSet providers,
            ProviderOpener opener,
            Departures departures,
            Inventories inventories,
            UnmanagedNodes unmanaged) {
        var waitingFor = new ArrayList<String>();
        if (!zooKeeper) {
            waitingFor.add("ZooKeeper");
        }
        providers.inForce().stream()
                .filter(unit -> unit.facts().isEmpty())
                .forEach(unit -> waitingFor.add("provider " + unit.name()
                        + unit.unavailable().map(reason -> ": " + reason.text()).orElse("")));
        var failed = opener.failures();
        var remarks = new ArrayList<>(departures.remarks());
        remarks.addAll(inventories.remarks());
        remarks.addAll(unmanaged.remarks());
        return new Readiness(before || waitingFor.isEmpty() && failed.isEmpty(), waitingFor, failed, remarks);
    }
}
