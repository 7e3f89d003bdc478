package dev.nodepool.internal.store;

import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.retention.UploadFacts;
import dev.nodepool.internal.store.ImagePaths.Place;
import dev.nodepool.internal.tree.Stat;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was read of the images, put together to facts on demand. Used from one thread. */
final class ImageMap {

    private static final Logger LOG = LoggerFactory.getLogger(ImageMap.class);

    private record Stored(Document doc, boolean empty, Stat stat) {}

    private final Set<String> images = new TreeSet<>();
    private final Map<String, Stat> requests = new HashMap<>();
    private final Set<String> paused = new HashSet<>();
    private final Map<String, Map<String, Stored>> builds = new HashMap<>();
    private final Map<Place.Build, Map<Place.Upload, Stored>> uploads = new HashMap<>();
    private final Map<String, Set<String>> contenders = new HashMap<>();
    private final Set<String> odd = new HashSet<>();

    void image(String name) {
        images.add(name);
    }

    void request(String image, Stat stat) {
        requests.put(image, stat);
    }

    void paused(String image) {
        paused.add(image);
    }

    void build(Place.Build place, Znode znode) {
        var known = builds.computeIfAbsent(place.image(), x -> new TreeMap<>());
        var before = known.get(place.build());
        if (before == null || before.stat().mzxid() < znode.stat().mzxid()) {
            known.put(place.build(), decoded(znode));
        }
    }

    void upload(Place.Upload place, Znode znode) {
        var known = uploads.computeIfAbsent(new Place.Build(place.image(), place.build()), x -> new HashMap<>());
        var before = known.get(place);
        if (before == null || before.stat().mzxid() < znode.stat().mzxid()) {
            known.put(place, decoded(znode));
        }
    }

    void contenders(String lockDir, Collection<String> names) {
        contenders.put(lockDir, new HashSet<>(names));
    }

    void contender(Place.Contender place) {
        contenders.computeIfAbsent(place.lockDir(), x -> new HashSet<>()).add(place.name());
    }

    /** Forgets what is not there any more. */
    void gone(Place place) {
        if (place instanceof Place.Image p) {
            images.remove(p.image());
            builds.remove(p.image());
        } else if (place instanceof Place.Request p) {
            requests.remove(p.image());
        } else if (place instanceof Place.Pause p) {
            paused.remove(p.image());
        } else if (place instanceof Place.Build p) {
            builds.getOrDefault(p.image(), new HashMap<>()).remove(p.build());
            uploads.remove(p);
        } else if (place instanceof Place.Upload p) {
            uploads.getOrDefault(new Place.Build(p.image(), p.build()), new HashMap<>())
                    .remove(p);
        } else if (place instanceof Place.Contender p) {
            contenders.getOrDefault(p.lockDir(), new HashSet<>()).remove(p.name());
        }
    }

    /** How many records could not be read so far, each counted once. */
    int oddRecords() {
        return odd.size();
    }

    Set<String> names() {
        return Set.copyOf(images);
    }

    ImageFacts facts(String image) {
        var request = Optional.ofNullable(requests.get(image))
                .map(stat -> new ImageFacts.Request(stat.czxid(), stat.ctimeMillis() / 1e3));
        var known = builds.getOrDefault(image, Map.of()).entrySet().stream()
                .map(e -> build(new Place.Build(image, e.getKey()), e.getValue()))
                .toList();
        return new ImageFacts(image, paused.contains(image), request, locked(ImagePaths.buildsLock(image)), known);
    }

    private BuildFacts build(Place.Build place, Stored stored) {
        var known = new ArrayList<UploadFacts>();
        uploads.getOrDefault(place, Map.of()).forEach((p, upload) -> known.add(upload(p, upload)));
        known.sort(Comparator.comparing((UploadFacts u) -> u.upload().provider())
                .thenComparing(u -> u.upload().id()));
        return new BuildFacts(
                new ImageBuild(place.image(), place.build(), stored.doc()),
                stored.empty(),
                stored.stat().ctimeMillis() / 1e3,
                known);
    }

    private UploadFacts upload(Place.Upload place, Stored stored) {
        return new UploadFacts(
                new ImageUpload(place.image(), place.build(), place.provider(), place.upload(), stored.doc()),
                stored.empty(),
                stored.stat().ctimeMillis() / 1e3,
                locked(ImagePaths.uploadsLock(place.image(), place.build(), place.provider())));
    }

    private boolean locked(String lockDir) {
        return contenders.getOrDefault(lockDir, Set.of()).stream()
                .anyMatch(name -> Contenders.CONTENDER.matcher(name).matches());
    }

    /** What can not be read has a state nobody knows and is left alone; what holds nothing is told apart. */
    private Stored decoded(Znode znode) {
        if (znode.data().length == 0) {
            return new Stored(Document.EMPTY, true, znode.stat());
        }
        try {
            return new Stored(Json.read(znode.data()), false, znode.stat());
        } catch (Json.Unreadable e) {
            if (odd.add(znode.path())) {
                LOG.warn("Leaving {} alone: {}", znode.path(), e.getMessage());
            }
            return new Stored(Document.EMPTY, false, znode.stat());
        }
    }

    /** All there is, for a look at every image. */
    List<ImageFacts> all() {
        return images.stream().map(this::facts).toList();
    }
}
