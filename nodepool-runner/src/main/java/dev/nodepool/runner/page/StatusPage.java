package dev.nodepool.runner.page;

import dev.nodepool.view.Overview;
import dev.nodepool.view.Readiness;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The page at {@code /}: how things stand, for people. Complete without a script; {@code status.js} keeps it current and
 * lets tables be sorted and filtered.
 */
public final class StatusPage {

    /** What the page needs beside itself. */
    public static final String STYLE = "/status.css";

    /** @see #STYLE */
    public static final String SCRIPT = "/status.js";

    private final String title;
    private final String version;

    /** @param host whose launcher it is */
    public StatusPage(String host, String version) {
        this.title = "Nodepool launcher on " + host;
        this.version = version;
    }

    /**
     * The page.
     *
     * @param overview empty while not everything is known
     */
    public String html(Readiness readiness, Optional<Overview> overview, Instant now) {
        Html page = new Html();
        page.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">")
                .element("title", title)
                .raw("<link rel=\"icon\" href=\"data:,\">")
                .raw("<link rel=\"stylesheet\" href=\"" + STYLE + "\">")
                .raw("<script src=\"" + SCRIPT + "\" defer></script></head><body>")
                .raw("<header><h1>")
                .text(title)
                .raw("</h1><p id=\"taken\">As of <time datetime=\"" + now.truncatedTo(ChronoUnit.SECONDS) + "\">")
                .text(now.truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .replace('T', ' ')
                        .replace("Z", " UTC"))
                .raw("</time></p></header>");
        overview.ifPresent(all -> page.raw("<nav aria-label=\"Sections\"><a href=\"#requests-h\">Requests</a> ")
                .raw("<a href=\"#providers-h\">Providers</a> <a href=\"#nodes-h\">Nodes</a> ")
                .raw("<a href=\"#images-h\">Images</a></nav>"));
        page.raw("<main>");
        condition(page, readiness, overview);
        overview.ifPresent(all -> {
            RequestsSection.write(page, all, now);
            ProvidersSection.write(page, all);
            NodesSection.write(page, all, now);
            ImagesSection.write(page, all, now);
        });
        page.raw("</main><footer><p>Nodepool ").text(version).raw(" · tables as text or JSON: ");
        for (String path :
                List.of("node-list", "request-list", "image-list", "dib-image-list", "image-status", "label-list")) {
            page.raw("<a href=\"/" + path + "\">" + path + "</a> ");
        }
        return page.raw("<a href=\"/metrics\">metrics</a> <a href=\"/ready\">ready</a></p></footer></body></html>\n")
                .toString();
    }

    private static void condition(Html page, Readiness readiness, Optional<Overview> overview) {
        page.raw("<section id=\"condition\" aria-label=\"Condition\">");
        boolean current = overview.map(Overview::upToDate).orElse(false);
        if (overview.isEmpty()) {
            page.raw("<p class=\"bad\">Starting: not everything in ZooKeeper is known yet.</p>");
        } else if (!current) {
            page.raw("<p class=\"bad\">ZooKeeper is not reached at present: everything below is as it was before.</p>");
        } else if (readiness.ready()) {
            page.raw("<p class=\"good\">Ready: all providers have started.</p>");
        } else {
            page.raw("<p class=\"bad\">Not ready yet.</p>");
        }
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
}
