package dev.nodepool.runner.page;

import dev.nodepool.view.Overview;
import dev.nodepool.view.Overview.PoolView;
import dev.nodepool.view.Overview.ProviderView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Providers and their pools, with how much of what they may have is taken. */
final class ProvidersSection {

    private static final List<String> HEADERS = List.of("Provider", "Pool", "Condition", "Taken", "Labels");
    /** In this order; whatever else there is follows. */
    private static final List<String> FIRST = List.of("instances", "cores", "ram");

    private ProvidersSection() {}

    static void write(Html page, Overview all) {
        page.raw("<section><h2 id=\"providers-h\">Providers</h2>").table("providers", HEADERS);
        for (ProviderView provider : all.providers()) {
            page.raw("<tr><th scope=\"row\">")
                    .text(provider.name())
                    .raw("</th>")
                    .cell("all");
            if (provider.trouble() == null) {
                page.raw("<td class=\"good\">available</td>");
            } else {
                page.raw("<td class=\"bad\">").text(provider.trouble()).raw("</td>");
            }
            taken(page, provider.name(), provider.used(), provider.limits());
            page.cell("").raw("</tr>");
            for (PoolView pool : provider.pools()) {
                page.raw("<tr><th scope=\"row\">")
                        .text(provider.name())
                        .raw("</th>")
                        .cell(pool.name())
                        .cell("");
                taken(page, provider.name() + "/" + pool.name(), pool.used(), pool.limits());
                page.cell(String.join(", ", pool.labels())).raw("</tr>");
            }
        }
        if (all.providers().isEmpty()) {
            page.none(HEADERS.size(), "This launcher has no provider.");
        }
        page.endTable().raw("</section>");
    }

    private static void taken(Html page, String whose, Map<String, Long> used, Map<String, Long> limits) {
        page.raw("<td class=\"bars\">");
        for (String name : names(used, limits)) {
            long taken = used.getOrDefault(name, 0L);
            Long limit = limits.get(name);
            String unit = name.equals("ram") ? " MiB" : "";
            String text = name + " " + taken + (limit == null ? "" : " of " + Math.max(0, limit)) + unit;
            page.raw("<span class=\"bar\">");
            if (limit != null) {
                page.raw("<meter min=\"0\" max=\"" + Math.max(1, limit) + "\" value=\""
                                + Math.max(0, Math.min(taken, limit)) + "\" aria-label=\"")
                        .text(whose + " " + text)
                        .raw("\"></meter> ");
            }
            page.text(text).raw("</span>");
        }
        page.raw("</td>");
    }

    private static List<String> names(Map<String, Long> used, Map<String, Long> limits) {
        TreeSet<String> all = new TreeSet<>(limits.keySet());
        // Of what nobody uses only what everybody knows is worth its place.
        all.removeIf(name -> !FIRST.contains(name) && used.getOrDefault(name, 0L) == 0);
        all.add(FIRST.get(0));
        List<String> names = new ArrayList<>(FIRST);
        names.retainAll(all);
        all.removeAll(names);
        names.addAll(all);
        return names;
    }
}
