package dev.nodepool.internal.builder;

import dev.nodepool.event.ImageEvent;
import dev.nodepool.internal.retention.ImageFacts;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what changed from one look at the images to the next. States that follow each other faster than we look
 * may be told as one. Looks on the loop; listeners may come and go on any thread.
 */
public final class ImageFeed {

    private static final Logger LOG = LoggerFactory.getLogger(ImageFeed.class);

    private record Upload(String image, String build, String provider, String id) {}

    private record Build(String image, String id) {}

    private final List<Consumer<ImageEvent>> listeners = new CopyOnWriteArrayList<>();
    private Map<Build, String> builds = Map.of();
    private Map<Upload, String> uploads = Map.of();

    /** @return ends the telling when run */
    public Runnable listen(Consumer<ImageEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    public void look(List<ImageFacts> images, Instant now) {
        var builtNow = new HashMap<Build, String>();
        var uploadedNow = new HashMap<Upload, String>();
        for (var image : images) {
            for (var build : image.builds()) {
                builtNow.put(
                        new Build(image.name(), build.id()),
                        state(build.build().doc().textOrNull("state")));
                build.uploads()
                        .forEach(u -> uploadedNow.put(
                                new Upload(
                                        image.name(),
                                        build.id(),
                                        u.upload().provider(),
                                        u.upload().id()),
                                state(u.upload().doc().textOrNull("state"))));
            }
        }
        differences(builds, builtNow)
                .forEach((build, state) -> tell(new ImageEvent.BuildChanged(now, build.image(), build.id(), state)));
        differences(uploads, uploadedNow)
                .forEach((u, state) ->
                        tell(new ImageEvent.UploadChanged(now, u.image(), u.build(), u.provider(), u.id(), state)));
        builds = builtNow;
        uploads = uploadedNow;
    }

    private static String state(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static <K> Map<K, String> differences(Map<K, String> before, Map<K, String> after) {
        var differences = new HashMap<K, String>();
        after.forEach((key, state) -> {
            if (!state.equals(before.get(key))) {
                differences.put(key, state);
            }
        });
        before.keySet().stream().filter(key -> !after.containsKey(key)).forEach(key -> differences.put(key, "gone"));
        return differences;
    }

    private void tell(ImageEvent event) {
        for (var listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.error("A listener failed at {}", event, e);
            }
        }
    }
}
