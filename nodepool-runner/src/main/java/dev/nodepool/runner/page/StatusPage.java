package dev.nodepool.runner.page;

import dev.nodepool.view.Overview;
import dev.nodepool.view.Readiness;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static final List<String> TABLES =
            List.of("node-list", "request-list", "image-list", "dib-image-list", "image-status", "label-list");

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
        Map<String, String> sections = new LinkedHashMap<>();
        if (overview.isPresent()) {
            sections.put("requests", "Requests");
            sections.put("providers", "Providers");
            sections.put("nodes", "Nodes");
            sections.put("images", "Images");
        }
        Frame.begin(page, title, sections, now);
        condition(page, readiness, overview);
        overview.ifPresent(all -> {
            RequestsSection.write(page, all, now);
            ProvidersSection.write(page, all);
            NodesSection.write(page, all, now);
            ImagesSection.write(page, all.images(), now);
        });
        return Frame.end(page, version, TABLES);
    }

    private static void condition(Html page, Readiness readiness, Optional<Overview> overview) {
        boolean current = overview.map(Overview::upToDate).orElse(false);
        if (overview.isEmpty()) {
            Frame.condition(page, "bad", "Starting: not everything in ZooKeeper is known yet.", readiness);
        } else if (!current) {
            Frame.condition(
                    page,
                    "bad",
                    "ZooKeeper is not reached at present: everything below is as it was before.",
                    readiness);
        } else if (readiness.ready()) {
            Frame.condition(page, "good", "Ready: all providers have started.", readiness);
        } else {
            Frame.condition(page, "bad", "Not ready yet.", readiness);
        }
    }
}
