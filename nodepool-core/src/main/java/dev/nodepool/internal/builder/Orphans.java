package dev.nodepool.internal.builder;

import dev.nodepool.internal.image.Workshop;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.retention.Wanted;
import dev.nodepool.model.BuildState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of builds whose own builder does not remove them, as one that is gone does not. Lives on the loop. */
final class Orphans {

    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

    /** A builder that lives needs about a minute. */
    private static final double PATIENCE_SECONDS = 600;

    private final Workshop shop;
    private Set<String> told = Set.of();

    Orphans(Workshop shop) {
        this.shop = shop;
    }

    /** For people, one text each. */
    List<String> remarks(List<ImageFacts> images) {
        var nobody = new Wanted(false, false, Map.of(), shop.builderId(), shop.host());
        var remarks = new ArrayList<String>();
        for (var image : images) {
            for (var build : image.builds()) {
                if (waits(build) && !nobody.ours(build.build())) {
                    remarks.add("build " + image.name() + "-" + build.id() + " is not removed by its builder "
                            + build.build().builder().orElse("(unknown)")
                            + "; removed by others after an hour, or by force");
                }
            }
        }
        remarks.stream().filter(remark -> !told.contains(remark)).forEach(LOG::warn);
        told = new HashSet<>(remarks);
        return remarks;
    }

    private boolean waits(BuildFacts build) {
        return build.build().state() == BuildState.DELETING
                && build.uploads().isEmpty()
                && shop.now() - build.build().stateTime() > PATIENCE_SECONDS;
    }
}
