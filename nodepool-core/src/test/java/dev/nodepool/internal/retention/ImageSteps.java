package dev.nodepool.internal.retention;

import dev.nodepool.internal.retention.ImageRetention.Why;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import java.util.ArrayList;

/** How an image stands after somebody did what retention said. */
final class ImageSteps {

    private ImageSteps() {}

    static ImageFacts after(ImageFacts facts, ImageRetention plan) {
        var builds = new ArrayList<BuildFacts>();
        for (var build : facts.builds()) {
            if (!plan.records().contains(build)) {
                builds.add(new BuildFacts(
                        plan.marks().contains(build) ? deleting(build.build()) : build.build(),
                        build.empty(),
                        build.created(),
                        uploads(build, plan)));
            }
        }
        return new ImageFacts(facts.name(), facts.paused(), facts.request(), false, builds);
    }

    /** Each upload that goes is marked first and gone the next time. */
    private static ArrayList<UploadFacts> uploads(BuildFacts build, ImageRetention plan) {
        var uploads = new ArrayList<UploadFacts>();
        for (var upload : build.uploads()) {
            var why = plan.uploads().stream()
                    .filter(g -> g.upload().equals(upload))
                    .map(ImageRetention.UploadGoes::why)
                    .findFirst();
            if (why.isEmpty()) {
                uploads.add(new UploadFacts(upload.upload(), upload.empty(), upload.created(), false));
            } else if (why.get() != Why.DELETING) {
                uploads.add(new UploadFacts(deleting(upload.upload()), false, upload.created(), false));
            }
        }
        return uploads;
    }

    private static ImageBuild deleting(ImageBuild build) {
        return new ImageBuild(
                build.image(), build.id(), build.doc().with("state", "deleting").with("state_time", 100.0));
    }

    private static ImageUpload deleting(ImageUpload upload) {
        return new ImageUpload(
                upload.image(),
                upload.build(),
                upload.provider(),
                upload.id(),
                upload.doc().with("state", "deleting"));
    }
}
