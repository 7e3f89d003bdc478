package dev.nodepool.runner.page;

import dev.nodepool.view.ImageProgress;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.Readiness;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page of a builder at {@code /}: what it does, how far that is, and all images. Complete without a script. */
public final class BuilderPage {

    private static final List<String> TABLES = List.of("image-list", "dib-image-list", "image-status");

    private final String title;
    private final String version;

    /** @param host whose builder it is */
    public BuilderPage(String host, String version) {
        this.title = "Nodepool builder on " + host;
        this.version = version;
    }

    /**
     * The page.
     *
     * @param progress of this builder's own work
     * @param images all there are
     */
    public String html(Readiness readiness, List<ImageProgress> progress, List<ImageView> images, Instant now) {
        Html page = new Html();
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put("work", "Under way");
        sections.put("images", "Images");
        Frame.begin(page, title, sections, now);
        if (readiness.ready()) {
            Frame.condition(page, "good", "Ready: all providers have started.", readiness);
        } else {
            Frame.condition(page, "bad", "Not ready yet.", readiness);
        }
        WorkSection.write(page, progress, now);
        ImagesSection.write(page, images, now);
        return Frame.end(page, version, TABLES);
    }
}
