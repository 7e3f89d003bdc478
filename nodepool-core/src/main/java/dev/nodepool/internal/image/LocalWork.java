package dev.nodepool.internal.image;

import dev.nodepool.internal.dib.FileFaults;
import dev.nodepool.internal.image.Workshop.FileTask;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.LocalImages;
import dev.nodepool.internal.retention.LocalImages.Build;
import dev.nodepool.model.BuildState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which images are on this host and deletes those that nobody needs any more: of builds that are going, of formats
 * that were uploaded, and, with care, of builds that ZooKeeper does not know. Lives on the loop, reads and deletes off it.
 */
public final class LocalWork {

    private static final Logger LOG = LoggerFactory.getLogger(LocalWork.class);

    private record Found(Map<Build, Set<String>> builds, Set<Build> runs) {}

    private final Workshop shop;
    private final BuildWork builds;
    private final Runnable changed;
    private Map<Build, Set<String>> here = Map.of();
    private LocalImages seen = LocalImages.NOTHING_SEEN;
    private boolean known;
    private boolean busy;
    private boolean again;
    private boolean frozen;
    private String trouble = "";

    /** @param changed run on the loop when something is known that was not */
    public LocalWork(Workshop shop, BuildWork builds, Runnable changed) {
        this.shop = shop;
        this.builds = builds;
        this.changed = changed;
    }

    /** Formats by build of which there are files here. */
    public Map<Build, Set<String>> here() {
        return here;
    }

    /** Whether the directory has been read at least once. */
    public boolean known() {
        return known;
    }

    /** Whether files stay although no record knows them, since ZooKeeper knows too little. */
    public boolean frozen() {
        return frozen;
    }

    /** Why the directory can not be used, for people; empty when it can. */
    public Optional<String> trouble() {
        return trouble.isEmpty() ? Optional.empty() : Optional.of(trouble);
    }

    /** Looks at the directory, and acts on what is there. */
    public void look(Sight sight) {
        if (busy) {
            again = true;
            return;
        }
        busy = true;
        shop.offLoop(this::find)
                .whenCompleteAsync(
                        (found, failure) -> {
                            if (found == null) {
                                unreadable(failure);
                                done();
                            } else {
                                known(found);
                                act(sight, found);
                            }
                        },
                        shop.loop());
    }

    private Found find() throws IOException {
        var files = shop.files();
        var found = new HashMap<Build, Set<String>>();
        for (var build : files.builds()) {
            found.put(build, files.formats(build));
        }
        return new Found(found, shop.workspaces().left());
    }

    private void unreadable(@Nullable Throwable failure) {
        var text = failure == null ? "" : Failures.text(failure);
        if (!text.equals(trouble)) {
            LOG.error("The images in {} can not be looked at: {}", shop.imagesDir(), text);
            trouble = text;
        }
    }

    private void known(Found found) {
        trouble = "";
        var news = !known || !found.builds().equals(here);
        known = true;
        here = Map.copyOf(found.builds());
        if (news) {
            changed.run();
        }
    }

    private void act(Sight sight, Found found) {
        var verdict = seen.judge(
                found.builds().keySet(),
                sight.images(),
                sight.config().diskImages().keySet(),
                sight.now());
        seen = verdict.next();
        freeze(verdict);
        var gone = new HashSet<>(verdict.gone());
        gone.removeIf(build -> builds.making(build.image(), build.id()));
        var pruned = pruned(sight, found);
        var runs = strayRuns(sight, found);
        if (gone.isEmpty() && pruned.isEmpty() && runs.isEmpty()) {
            done();
            return;
        }
        shop.doOffLoop(() -> delete(gone, pruned, runs))
                .whenCompleteAsync(
                        (x, failure) -> {
                            // What failed is in the log, and tried again with the next look.
                            if (failure == null) {
                                again = true;
                            }
                            done();
                        },
                        shop.loop());
    }

    private void freeze(LocalImages.Verdict verdict) {
        if (verdict.frozen() && !frozen) {
            LOG.error(
                    "ZooKeeper does not know {} of the builds in {}; their files stay until it knows as many others",
                    verdict.next().unknownSince().size(),
                    shop.imagesDir());
        }
        frozen = verdict.frozen();
    }

    private static Map<Build, Set<String>> pruned(Sight sight, Found found) {
        var pruned = new HashMap<Build, Set<String>>();
        found.builds().forEach((build, formats) -> {
            var image = sight.config().diskImages().get(build.image());
            var facts = sight.facts(build.image()).build(build.id());
            if (image != null && facts.isPresent()) {
                var goes = LocalImages.pruned(image, facts.get(), formats, wants(sight, build.image()));
                if (!goes.isEmpty()) {
                    pruned.put(build, goes);
                }
            }
        });
        return pruned;
    }

    /** All providers of the configuration count here, also those that can not be reached now. */
    private static Map<String, String> wants(Sight sight, String image) {
        return sight.config().providers().stream()
                .flatMap(provider -> provider.settings().images().stream()
                        .filter(wanted -> wanted.name().equals(image))
                        .map(wanted -> Map.entry(provider.name(), wanted.format())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a));
    }

    /** Runs whose builder is gone: nobody makes them any more. */
    private Set<Build> strayRuns(Sight sight, Found found) {
        return found.runs().stream()
                .filter(build -> !builds.making(build.image(), build.id()))
                .filter(build -> {
                    var image = sight.facts(build.image());
                    return image.build(build.id())
                            .map(BuildFacts::build)
                            .map(b -> b.state() != BuildState.BUILDING)
                            .orElse(!image.building());
                })
                .collect(Collectors.toSet());
    }

    /** One thing that can not be deleted holds up no other. */
    private void delete(Set<Build> gone, Map<Build, Set<String>> pruned, Set<Build> runs) throws IOException {
        var tasks = new ArrayList<FileTask>();
        for (var build : runs) {
            LOG.info("Sweeping what the run of {}-{} left", build.image(), build.id());
            tasks.add(() -> shop.workspaces().sweep(build));
        }
        for (var build : gone) {
            LOG.info("Deleting the files of build {}-{}", build.image(), build.id());
            tasks.add(() -> {
                shop.workspaces().sweep(build);
                shop.files().delete(build);
            });
        }
        pruned.forEach((build, formats) -> formats.forEach(format -> {
            LOG.info("Deleting {}-{}.{}, which is uploaded wherever it is wanted", build.image(), build.id(), format);
            tasks.add(() -> shop.files().delete(build, format));
        }));
        var failures = new IOException("not all that is to go could be deleted");
        for (var task : tasks) {
            try {
                task.run();
            } catch (IOException | RuntimeException e) {
                LOG.warn("Something that is to go stays for now: {}", FileFaults.text(e));
                failures.addSuppressed(e);
            }
        }
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }

    private void done() {
        busy = false;
        if (again) {
            again = false;
            changed.run();
        }
    }
}
