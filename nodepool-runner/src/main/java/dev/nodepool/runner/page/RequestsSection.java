package dev.nodepool.runner.page;

import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RequestState;
import dev.nodepool.runner.listing.Age;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Overview.PoolView;
import dev.nodepool.view.Overview.ProviderView;
import dev.nodepool.view.Reason;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Requests that are not fulfilled yet, with what each of them waits for. */
final class RequestsSection {

    /** More rows than anybody reads; the whole list has a page of its own. */
    static final int SHOWN = 300;

    private static final List<String> HEADERS =
            List.of("Request", "Why it waits", "In this state for", "State", "Labels", "Priority", "Requestor");

    private RequestsSection() {}

    static void write(Html page, Overview all, Instant now) {
        List<NodeRequest> open = all.requests().stream()
                .filter(request -> request.state() != RequestState.FULFILLED)
                .sorted(Comparator.comparing(RequestsSection::precedence)
                        .thenComparing(NodeRequest::relativePriority)
                        .thenComparing(NodeRequest::id))
                .toList();
        page.raw("<section><h2 id=\"requests-h\">Requests</h2><p id=\"requests-sum\">")
                .text(sum(all, open))
                .raw("</p>")
                .table("requests", HEADERS);
        open.stream().limit(SHOWN).forEach(request -> row(page, all, request, now));
        if (open.isEmpty()) {
            page.none(HEADERS.size(), "No request waits.");
        }
        page.endTable().raw("</section>");
    }

    private static String sum(Overview all, List<NodeRequest> open) {
        String more = open.size() > SHOWN ? "; the first " + SHOWN + " by precedence are shown" : "";
        return open.size() + " not fulfilled, " + (all.requests().size() - open.size()) + " fulfilled" + more;
    }

    private static void row(Html page, Overview all, NodeRequest request, Instant now) {
        Instant since = Instant.ofEpochMilli(Math.round(request.stateTime() * 1000));
        page.raw("<tr><th scope=\"row\"><a href=\"/requests/")
                .text(URLEncoder.encode(request.id(), StandardCharsets.UTF_8))
                .raw("\">")
                .text(request.id())
                .raw("</a></th>")
                .lines(why(all, request))
                .cell(Age.of(since, now), -since.getEpochSecond())
                .cell(request.doc().text(NodeRequest.STATE).orElse(""))
                .lines(counted(request.labels()))
                .cell(Integer.toString(request.relativePriority()), request.relativePriority())
                .cell(Objects.requireNonNullElse(request.requestor(), ""))
                .raw("</tr>");
    }

    /** Anybody may write a request with any name. */
    private static String precedence(NodeRequest request) {
        return request.id().indexOf('-') < 0 ? request.id() : request.precedence();
    }

    /** Each label once,with how many nodes of it. */
    private static List<String> counted(List<String> labels) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        labels.forEach(label -> counts.merge(label, 1, Integer::sum));
        return counts.entrySet().stream()
                .map(entry ->
                        entry.getValue() == 1 ? entry.getKey() : entry.getKey() + "\u00a0×\u00a0" + entry.getValue())
                .toList();
    }

    private static List<String> why(Overview all, NodeRequest request) {
        if (request.state() == RequestState.PENDING) {
            return List.of(
                    "being served" + (request.nodes().isEmpty() ? "" : ": " + String.join(", ", request.nodes())));
        }

        Map<String, Reason> reasons = all.reasons().getOrDefault(request.id(), Map.of());
        List<String> why = new ArrayList<>();
        for (ProviderView provider : all.providers()) {
            for (PoolView pool : provider.pools()) {
                Reason reason = reasons.get(pool.launcherId());
                if (reason != null) {
                    why.add(provider.name() + "/" + pool.name() + " " + effect(reason) + ": " + reason.text());
                }
            }
        }
        return !why.isEmpty()
                ? why
                : List.of(
                        request.state() == RequestState.FAILED
                                ? "every launcher declined it"
                                : "not looked at yet by this launcher");
    }

    private static String effect(Reason reason) {
        return switch (reason.code().effect()) {
            case DECLINES -> "declines";
            case WAITS -> "waits";
            case LEAVES -> "leaves it to others";
        };
    }
}
