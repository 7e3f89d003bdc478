package dev.nodepool.internal.launcher;

import dev.nodepool.view.Readiness;
import java.util.ArrayList;
import java.util.List;

/** How far the start has come, and what a person should know of the providers. */
final class StartProgress {

    private StartProgress() {}

    /**
     * @param before whether it was ready before
     * @param zooKeeper whether everything in ZooKeeper is known
     * @param cleanup what can not be cleaned up, for people
     */
    static Readiness of(
            boolean before,
            boolean zooKeeper,
            ProviderSet providers,
            ProviderOpener opener,
            Departures departures,
            UnmanagedNodes unmanaged,
            List<String> cleanup) {
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
        remarks.addAll(unmanaged.remarks());
        remarks.addAll(cleanup);
        return new Readiness(before || waitingFor.isEmpty() && failed.isEmpty(), waitingFor, failed, remarks);
    }
}
