package dev.nodepool.internal.launcher;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.ProviderConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a new configuration means for a launcher that runs.
 *
 * @param added names of providers that are new
 * @param changed names of providers whose effective settings differ
 * @param removed names of providers that are gone
 * @param needRestart keys that take effect only with the next start
 */
public record ConfigChange(List<String> added, List<String> changed, List<String> removed, List<String> needRestart) {

    public static ConfigChange between(NodepoolConfig before, NodepoolConfig after) {
        var old = before.providers().stream().collect(Collectors.toMap(ProviderConfig::name, p -> p));
        var now = after.providers().stream().collect(Collectors.toMap(ProviderConfig::name, p -> p));
        return new ConfigChange(
                now.keySet().stream()
                        .filter(name -> !old.containsKey(name))
                        .sorted()
                        .toList(),
                now.values().stream()
                        .filter(p -> old.containsKey(p.name()) && !p.equals(old.get(p.name())))
                        .map(ProviderConfig::name)
                        .sorted()
                        .toList(),
                old.keySet().stream()
                        .filter(name -> !now.containsKey(name))
                        .sorted()
                        .toList(),
                needRestart(before, after));
    }

    private static List<String> needRestart(NodepoolConfig before, NodepoolConfig after) {
        var keys = new ArrayList<String>();
        var old = before.zooKeeper();
        var now = after.zooKeeper();
        if (!old.servers().equals(now.servers()) || !old.chroot().equals(now.chroot())) {
            keys.add("zookeeper-servers");
        }
        if (!old.tls().equals(now.tls())) {
            keys.add("zookeeper-tls");
        }
        if (!old.sessionTimeout().equals(now.sessionTimeout())) {
            keys.add("zookeeper-timeout");
        }
        if (!before.web().equals(after.web())) {
            keys.add("webapp");
        }
        return keys;
    }

    /** For people. */
    String text() {
        var parts = new ArrayList<String>();
        part(parts, "added", added);
        part(parts, "replaced", changed);
        part(parts, "removed", removed);
        return parts.isEmpty() ? "no provider is affected" : "providers " + String.join("; ", parts);
    }

    private static void part(List<String> parts, String what, List<String> names) {
        if (!names.isEmpty()) {
            parts.add(what + ": " + String.join(", ", names));
        }
    }
}
