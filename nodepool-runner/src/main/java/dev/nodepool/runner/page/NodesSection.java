package dev.nodepool.runner.page;

import dev.nodepool.runner.listing.Age;
import dev.nodepool.view.NodeView;
import dev.nodepool.view.Overview;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Nodes by state and age, and one by one. */
final class NodesSection {

    /** More rows than anybody reads; the whole list has a page of its own. */
    static final int SHOWN = 300;

    private static final List<String> HEADERS = List.of(
            "Node",
            "State",
            "In this state for",
            "Label",
            "Provider",
            "Pool",
            "Address",
            "Locked",
            "Request",
            "Comment");

    private record Bucket(String header, Duration upTo) {}

    private static final List<Bucket> AGES = List.of(
            new Bucket("under a minute", Duration.ofMinutes(1)),
            new Bucket("under 10 minutes", Duration.ofMinutes(10)),
            new Bucket("under an hour", Duration.ofHours(1)),
            new Bucket("under a day", Duration.ofDays(1)),
            new Bucket("older", Duration.ofDays(1_000_000)));

    private NodesSection() {}

    static void write(Html page, Overview all, Instant now) {
        page.raw("<section><h2 id=\"nodes-h\">Nodes</h2><h3 id=\"states-h\">By state and age</h3>");
        states(page, all.nodes(), now);
        List<NodeView> oldest = all.nodes().stream()
                .sorted(Comparator.comparing(NodeView::since))
                .limit(SHOWN)
                .toList();
        page.raw("<h3 id=\"list-h\">Longest in their state first</h3>");
        page.raw("<p id=\"list-sum\">")
                .text((all.nodes().size() == 1 ? "1 node" : all.nodes().size() + " nodes")
                        + (all.nodes().size() > SHOWN
                                ? "; the " + SHOWN + " that did not change for longest are shown"
                                : ""))
                .raw("</p>")
                .table("list", HEADERS);
        oldest.forEach(node -> row(page, node, now));
        if (oldest.isEmpty()) {
            page.none(HEADERS.size(), "There are no nodes.");
        }
        page.endTable().raw("</section>");
    }

    private static void states(Html page, List<NodeView> nodes, Instant now) {
        Map<String, int[]> counts = new TreeMap<>();
        for (NodeView node : nodes) {
            int[] row = counts.computeIfAbsent(node.state(), state -> new int[AGES.size()]);
            Duration age = Duration.between(node.since(), now);
            int bucket = 0;
            while (bucket < AGES.size() - 1 && age.compareTo(AGES.get(bucket).upTo()) >= 0) {
                bucket++;
            }
            row[bucket]++;
        }
        List<String> headers = new ArrayList<>(List.of("State", "All"));
        AGES.forEach(age -> headers.add(age.header()));
        page.table("states", headers);
        counts.forEach((state, row) -> {
            page.raw("<tr><th scope=\"row\">").text(state).raw("</th>");
            number(page, IntStream.of(row).sum());
            for (int count : row) {
                number(page, count);
            }
            page.raw("</tr>");
        });
        if (counts.isEmpty()) {
            page.none(headers.size(), "There are no nodes.");
        }
        page.endTable();
    }

    private static void number(Html page, int count) {
        page.raw("<td class=\"number\" data-sort=\"" + count + "\">" + (count == 0 ? "" : count) + "</td>");
    }

    private static void row(Html page, NodeView view, Instant now) {
        page.raw("<tr><th scope=\"row\"><a href=\"/node-list?node_id=")
                .text(view.id())
                .raw("\">")
                .text(view.id())
                .raw("</a></th>")
                .cell(view.state())
                .cell(Age.of(view.since(), now), -view.since().getEpochSecond())
                .cell(String.join(", ", view.node().labels()))
                .cell(Objects.requireNonNullElse(view.node().provider(), ""))
                .cell(Objects.requireNonNullElse(view.node().pool(), ""))
                .cell(address(view))
                .cell(view.locked() ? "locked" : "")
                .cell(view.node().allocatedTo().orElse(""))
                .cell(comment(view))
                .raw("</tr>");
    }

    private static String address(NodeView view) {
        for (String address : new String[] {
            view.node().publicIpv4(), view.node().publicIpv6(), view.node().privateIpv4()
        }) {
            if (address != null && !address.isEmpty()) {
                return address;
            }
        }
        return "";
    }

    private static String comment(NodeView view) {
        String job = view.node().holdJob();
        String comment = view.node().comment();
        return (job == null ? "" : job + " ") + (comment == null ? "" : comment);
    }
}
