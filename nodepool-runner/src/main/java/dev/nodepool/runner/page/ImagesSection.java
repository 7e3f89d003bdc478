package dev.nodepool.runner.page;

import dev.nodepool.runner.listing.Age;
import dev.nodepool.view.ImageView;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Images with their builds and uploads. */
final class ImagesSection {

    private static final List<String> HEADERS =
            List.of("Image", "Build or upload", "State", "In this state for", "Where", "Name in the cloud");

    private ImagesSection() {}

    static void write(Html page, List<ImageView> images, Instant now) {
        page.raw("<section><h2 id=\"images-h\">Images</h2>").table("images", HEADERS);
        images.forEach(image -> image(page, image, now));
        if (images.isEmpty()) {
            page.none(HEADERS.size(), "There are no images.");
        }
        page.endTable().raw("</section>");
    }

    private static void image(Html page, ImageView image, Instant now) {
        if (image.paused()) {
            row(page, image.name(), "image", "paused", null, now, "", "");
        }
        image.requested()
                .ifPresent(since -> row(
                        page,
                        image.name(),
                        "asked for",
                        image.building() ? "building" : "pending",
                        since,
                        now,
                        "",
                        ""));
        for (ImageView.Build build : image.builds()) {
            row(
                    page,
                    image.name(),
                    "build " + build.id(),
                    build.state(),
                    build.since(),
                    now,
                    Objects.requireNonNullElse(build.builder(), ""),
                    String.join(", ", build.formats()));
            for (ImageView.Upload upload : build.uploads()) {
                row(
                        page,
                        image.name(),
                        "upload " + upload.id() + " of " + build.id(),
                        upload.state(),
                        upload.since(),
                        now,
                        upload.provider(),
                        Objects.requireNonNullElse(upload.externalName(), ""));
            }
        }
        if (!image.paused() && image.requested().isEmpty() && image.builds().isEmpty()) {
            row(page, image.name(), "image", "no builds", null, now, "", "");
        }
    }

    private static void row(
            Html page,
            String image,
            String what,
            String state,
            @Nullable Instant since,
            Instant now,
            String where,
            String name) {
        page.raw("<tr><th scope=\"row\">").text(image).raw("</th>").cell(what).cell(state);
        if (since == null) {
            page.cell("", 0);
        } else {
            page.cell(Age.of(since, now), -since.getEpochSecond());
        }
        page.cell(where).cell(name).raw("</tr>");
    }
}
