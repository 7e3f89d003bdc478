package dev.nodepool.runner.command;

import dev.nodepool.view.PlanView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a changed configuration would do, as text for people and as JSON values. */
final class PlanText {

    private PlanText() {}

    static List<String> of(PlanView plan) {
        if (plan.nothing()) {
            return List.of("Nothing changes.");
        }
        List<String> lines = new ArrayList<>();
        part(lines, "Providers added", plan.added());
        part(lines, "Providers opened anew, launches under way end with the old settings", plan.replaced());
        part(lines, "Providers removed", plan.removed());
        part(lines, "Takes effect only when daemons are started again", plan.needRestart());
        part(
                lines,
                "Labels that nobody serves any more",
                plan.labels().stream()
                        .map(label -> "%s: %d requests wait, %d nodes are ready"
                                .formatted(label.name(), label.requests(), label.ready()))
                        .toList());
        part(lines, "Hosts", plan.hosts().stream().map(PlanText::host).toList());
        part(
                lines,
                "Nodes whose provider or pool is gone or switched off, deleted after use",
                plan.nodes().stream().map(PlanText::nodes).toList());
        part(lines, "Uploads that are deleted, in the cloud too", plan.uploads());
        part(lines, "Builds that are deleted with their files", plan.builds());
        part(lines, "Uploads to removed providers, which stay and which nobody deletes", plan.orphans());
        return lines;
    }

    private static void part(List<String> lines, String title, List<String> entries) {
        if (!entries.isEmpty()) {
            lines.add(title + ":");
            entries.forEach(entry -> lines.add("  " + entry));
        }
    }

    private static String host(PlanView.HostChange host) {
        String what = host.later() == 0
                ? "goes"
                : host.slots() == 0
                        ? "comes, slots: " + host.later()
                        : "slots: %d, then %d".formatted(host.slots(), host.later());
        String states = states(host.byState());
        return "%s: %s %s%s".formatted(host.provider(), host.host(), what, states.isEmpty() ? "" : " (" + states + ")");
    }

    private static String states(Map<String, Integer> byState) {
        return byState.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String nodes(PlanView.LeftNodes left) {
        return "%s%s: %s (%s)"
                .formatted(
                        left.provider(),
                        left.pool().isEmpty() ? "" : "/" + left.pool(),
                        states(left.byState()),
                        left.why());
    }

    static Map<String, @Nullable Object> json(PlanView plan) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("added", plan.added());
        json.put("replaced", plan.replaced());
        json.put("removed", plan.removed());
        json.put("need_restart", plan.needRestart());
        json.put(
                "labels",
                plan.labels().stream()
                        .map(label ->
                                ordered("name", label.name(), "requests", label.requests(), "ready", label.ready()))
                        .toList());
        json.put(
                "hosts",
                plan.hosts().stream()
                        .map(host -> ordered(
                                "provider",
                                host.provider(),
                                "host",
                                host.host(),
                                "slots",
                                host.slots(),
                                "later",
                                host.later(),
                                "states",
                                host.byState()))
                        .toList());
        json.put(
                "nodes",
                plan.nodes().stream()
                        .map(left -> ordered(
                                "provider",
                                left.provider(),
                                "pool",
                                left.pool().isEmpty() ? null : left.pool(),
                                "why",
                                left.why(),
                                "states",
                                left.byState()))
                        .toList());
        json.put("uploads", plan.uploads());
        json.put("builds", plan.builds());
        json.put("orphans", plan.orphans());
        return json;
    }

    private static Map<String, @Nullable Object> ordered(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int at = 0; at < keysAndValues.length; at += 2) {
            map.put(String.valueOf(keysAndValues[at]), keysAndValues[at + 1]);
        }
        return map;
    }
}
