package dev.nodepool.internal.retention;

import dev.nodepool.model.ImageBuild;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A build with its uploads as seen at one moment. Immutable.
 *
 * @param build its record; without fields when there is none that can be read
 * @param empty whether its znode holds nothing at all, as locking below a deleted build leaves it
 * @param created when its znode was made, seconds since the epoch
 * @param uploads all uploads of all providers
 */
public record BuildFacts(ImageBuild build, boolean empty, double created, List<UploadFacts> uploads) {

    static final Comparator<BuildFacts> NEWEST_FIRST = Comparator.<BuildFacts>comparingDouble(
                    b -> b.build().stateTime())
            .thenComparing(BuildFacts::id)
            .reversed();

    public BuildFacts {
        uploads = List.copyOf(uploads);
    }

    public String id() {
        return build.id();
    }

    public List<UploadFacts> uploadsTo(String provider) {
        return uploads.stream()
                .filter(u -> u.upload().provider().equals(provider))
                .toList();
    }

    Set<String> providers() {
        return uploads.stream().map(u -> u.upload().provider()).collect(Collectors.toSet());
    }
}
