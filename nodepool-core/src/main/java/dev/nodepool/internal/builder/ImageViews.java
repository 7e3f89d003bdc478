package dev.nodepool.internal.builder;

import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.retention.UploadFacts;
import dev.nodepool.view.ImageView;
import java.time.Instant;
import java.util.Comparator;

/** Shows images to readers. */
public final class ImageViews {

    private ImageViews() {}

    public static ImageView of(ImageFacts image) {
        return new ImageView(
                image.name(),
                image.paused(),
                image.request().map(request -> instant(request.since())),
                image.building(),
                image.builds().stream()
                        .map(ImageViews::build)
                        .sorted(Comparator.comparing(ImageView.Build::since).reversed())
                        .toList());
    }

    private static ImageView.Build build(BuildFacts facts) {
        var build = facts.build();
        return new ImageView.Build(
                build.id(),
                build.doc().text("state").orElse(""),
                instant(build.stateTime()),
                build.builder().orElse(null),
                build.builderId().orElse(null),
                build.formats(),
                facts.uploads().stream().map(ImageViews::upload).toList());
    }

    private static ImageView.Upload upload(UploadFacts facts) {
        var upload = facts.upload();
        var id = upload.doc().get("external_id");
        return new ImageView.Upload(
                upload.provider(),
                upload.id(),
                upload.doc().text("state").orElse(""),
                instant(upload.stateTime()),
                upload.externalName().orElse(null),
                id == null ? null : id.toString());
    }

    private static Instant instant(double seconds) {
        return Instant.ofEpochMilli(Math.round(seconds * 1000));
    }
}
