package dev.nodepool.runner.page;

import dev.nodepool.view.Readiness;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** What stands around the tables of a page. */
final class Frame {

    private Frame() {}

    /** @param sections headings by the id of their table */
    static void begin(Html page, String title, Map<String, String> sections, Instant now) {
        page.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">")
                .element("title", title)
                .raw("<link rel=\"icon\" href=\"data:,\">")
                .raw("<link rel=\"stylesheet\" href=\"" + StatusPage.STYLE + "\">")
                .raw("<script src=\"" + StatusPage.SCRIPT + "\" defer></script></head><body>")
                .raw("<header><h1>")
                .text(title)
                .raw("</h1><p id=\"taken\">As of <time datetime=\"" + now.truncatedTo(ChronoUnit.SECONDS) + "\">")
                .text(now.truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .replace('T', ' ')
                        .replace("Z", " UTC"))
                .raw("</time></p></header>");
        if (!sections.isEmpty()) {
            page.raw("<nav aria-label=\"Sections\">");
            sections.forEach((id, heading) ->
                    page.raw("<a href=\"#" + id + "-h\">").text(heading).raw("</a> "));
            page.raw("</nav>");
        }
        page.raw("<main>");
    }

    /** @param headline what matters first, of a class of the style sheet */
    static void condition(Html page, String headlineClass, String headline, Readiness readiness) {
        page.raw("<section id=\"condition\" aria-label=\"Condition\">")
                .element("p class=\"" + headlineClass + "\"", headline);
        if (!readiness.waitingFor().isEmpty()
                || !readiness.failed().isEmpty()
                || !readiness.remarks().isEmpty()) {
            page.raw("<ul>");
            readiness.waitingFor().forEach(what -> page.element("li", "Waiting for " + what));
            readiness.failed().forEach(what -> page.element("li class=\"bad\"", "Failed: " + what));
            readiness.remarks().forEach(what -> page.element("li", what));
            page.raw("</ul>");
        }
        page.raw("</section>");
    }

    /** @param tables names of pages that have one table each */
    static String end(Html page, String version, List<String> tables) {
        page.raw("</main><footer><p>Nodepool ").text(version).raw(" · tables as text or JSON: ");
        tables.forEach(path -> page.raw("<a href=\"/" + path + "\">" + path + "</a> "));
        return page.raw("<a href=\"/metrics\">metrics</a> <a href=\"/ready\">ready</a></p></footer></body></html>\n")
                .toString();
    }
}
