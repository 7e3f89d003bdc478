package dev.nodepool.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Disk images and their parents. */
final class DiskImageFamily {

    private final Map<String, DiskImageDraft> drafts = new LinkedHashMap<>();
    private final Set<String> onReportedCycle = new HashSet<>();

    DiskImageFamily(List<DiskImageDraft> images) {
        images.forEach(image -> drafts.put(image.name(), image));
    }

    /** All images with what their parents give them, by name. Reports parents that do not exist and cycles. */
    Map<String, DiskImageDraft> resolved() {
        var resolved = new LinkedHashMap<String, DiskImageDraft>();
        drafts.values().forEach(image -> resolved.put(image.name(), resolve(image)));
        return resolved;
    }

    private DiskImageDraft resolve(DiskImageDraft image) {
        var line = ancestors(image);
        var result = line.get(line.size() - 1);
        for (int i = line.size() - 2; i >= 0; i--) {
            result = line.get(i).over(result);
        }
        return result;
    }

    /** The image, its parent, and so on up to the root. */
    private List<DiskImageDraft> ancestors(DiskImageDraft image) {
        var line = new ArrayList<DiskImageDraft>();
        var current = image;
        while (current != null) {
            line.add(current);
            current = parentOf(current);
            if (current != null && line.contains(current)) {
                reportCycle(line.subList(line.indexOf(current), line.size()));
                current = null;
            }
        }
        return line;
    }

    private @Nullable DiskImageDraft parentOf(DiskImageDraft image) {
        var name = image.parent().orElse(null);
        if (name == null) {
            return null;
        }
        var parent = drafts.get(name);
        if (parent == null) {
            image.section().error("parent", "no diskimage \"" + name + "\"");
        }
        return parent;
    }

    private void reportCycle(List<DiskImageDraft> cycle) {
        var names = new ArrayList<>(cycle.stream().map(DiskImageDraft::name).toList());
        if (onReportedCycle.addAll(names)) {
            names.add(names.get(0));
            cycle.get(0).section().error("parent", "cycle " + String.join(" -> ", names));
        }
    }
}
