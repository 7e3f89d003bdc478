package dev.nodepool.internal.retention;

import dev.nodepool.model.Document;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Images as they may stand in ZooKeeper, made up. */
final class ImageSituation {

    static final String OURS = "ours";
    static final List<String> PROVIDERS = List.of("p", "q");

    private ImageSituation() {}

    static ImageFacts image(BuildFacts... builds) {
        return new ImageFacts("img", false, Optional.empty(), false, List.of(builds));
    }

    static BuildFacts build(String id, String state, double time, UploadFacts... uploads) {
        return build(id, state, time, OURS, uploads);
    }

    static BuildFacts build(String id, String state, double time, String owner, UploadFacts... uploads) {
        var doc = new Document(
                Map.of("state", state, "state_time", time, "builder_id", owner, "builder", "h", "formats", "qcow2"));
        return new BuildFacts(new ImageBuild("img", id, doc), false, time, List.of(uploads));
    }

    static UploadFacts upload(String build, String provider, String id, String state, double time, boolean underWay) {
        var fields = new HashMap<String, Object>(Map.of("state", state, "state_time", time));
        fields.put("external_id", "ext-" + build + provider + id);
        return new UploadFacts(
                new ImageUpload("img", build, provider, id, new Document(fields)), false, time, underWay);
    }

    static UploadFacts ready(String build, String provider, double time) {
        return upload(build, provider, "1", "ready", time, false);
    }

    static Wanted wanted(boolean configured, boolean built, Map<String, Boolean> providers) {
        return new Wanted(configured, built, providers, OURS, "h");
    }

    static Wanted all() {
        return wanted(true, true, Map.of("p", true, "q", true));
    }

    /** Anything that can stand there, in any order. */
    static ImageFacts random(SplittableRandom random) {
        var builds = new ArrayList<BuildFacts>();
        var count = random.nextInt(7);
        for (var b = 0; b < count; b++) {
            var id = Integer.toHexString(random.nextInt(0x1000)) + b;
            var uploads = new ArrayList<UploadFacts>();
            for (var provider : PROVIDERS) {
                var underWay = random.nextInt(4) == 0;
                var each = random.nextInt(4);
                for (var u = 0; u < each; u++) {
                    uploads.add(upload(
                            id,
                            provider,
                            "" + u,
                            pick(random, "ready", "ready", "uploading", "failed", "deleting", "odd"),
                            random.nextInt(100),
                            underWay));
                }
            }
            builds.add(build(
                    id,
                    pick(random, "ready", "ready", "ready", "building", "failed", "deleting", "odd"),
                    random.nextInt(100),
                    pick(random, OURS, OURS, "theirs"),
                    uploads.toArray(UploadFacts[]::new)));
        }
        return new ImageFacts("img", false, Optional.empty(), random.nextBoolean(), builds);
    }

    private static String pick(SplittableRandom random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
