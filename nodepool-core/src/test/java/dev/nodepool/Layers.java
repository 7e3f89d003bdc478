package dev.nodepool;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The packages of this library and what each may know; docs and tests name the same layers. */
final class Layers {

    private static final String ROOT = "dev.nodepool";
    private static final String INTERNAL = ROOT + ".internal";

    /** Decide on values alone, so that every decision can be tested without waiting for anything. */
    static final Set<String> PURE = Set.of(
            ROOT + ".model",
            ROOT + ".event",
            ROOT + ".view",
            INTERNAL + ".lifecycle",
            INTERNAL + ".assign",
            INTERNAL + ".quota",
            INTERNAL + ".retention");

    /** Lowest first. A package may know its own layer and lower ones. */
    private static final List<Set<String>> LAYERS = List.of(
            Set.of(ROOT + ".model", ROOT + ".event", ROOT + ".view", ROOT + ".metrics", INTERNAL + ".runtime"),
            Set.of(
                    ROOT + ".config",
                    INTERNAL + ".lifecycle",
                    INTERNAL + ".assign",
                    INTERNAL + ".quota",
                    INTERNAL + ".retention"),
            Set.of(
                    INTERNAL + ".tree",
                    INTERNAL + ".store",
                    INTERNAL + ".keyscan",
                    INTERNAL + ".provider",
                    INTERNAL + ".dib",
                    INTERNAL + ".reload"),
            Set.of(INTERNAL + ".launch", INTERNAL + ".recycle", INTERNAL + ".image"),
            Set.of(INTERNAL + ".launcher", INTERNAL + ".builder", INTERNAL + ".lease", INTERNAL + ".metrics"),
            Set.of(ROOT + ".admin"),
            Set.of(ROOT));

    /** Packages outside the layers: the shipped drivers and the SPI. */
    private static final Map<String, Integer> BESIDE = Map.of(ROOT + ".drivers", 0, ROOT + ".driver", 0);

    private Layers() {}

    /** The layer of a package or of the nearest package above it that has one; -1 for foreign packages. */
    static int of(String packageName) {
        for (String name = packageName; name.startsWith(ROOT); name = name.substring(0, name.lastIndexOf('.'))) {
            for (int layer = 0; layer < LAYERS.size(); layer++) {
                if (LAYERS.get(layer).contains(name)) {
                    // The root is for entry points only: a package without a layer of its own must be given one.
                    return name.equals(ROOT) && !packageName.equals(ROOT) ? unknown(packageName) : layer;
                }
            }
            if (BESIDE.containsKey(name)) {
                return BESIDE.get(name);
            }
        }
        return -1;
    }

    private static int unknown(String packageName) {
        throw new AssertionError("package " + packageName + " belongs to no layer; name it in Layers");
    }
}
