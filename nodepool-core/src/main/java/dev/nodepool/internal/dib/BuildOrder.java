package dev.nodepool.internal.dib;

import dev.nodepool.config.BuilderConfig;
import dev.nodepool.config.DiskImageConfig;
import java.nio.file.Path;

/**
 * What is to be built, with the configuration as it was when the build began.
 *
 * @param build id of the build
 * @param imagesDir where its files go
 */
public record BuildOrder(DiskImageConfig image, String build, Path imagesDir, BuilderConfig directories) {

    /** Name of its files without extension. */
    public String baseName() {
        return image.name() + "-" + build;
    }

    /** The file that diskimage-builder is told to write, without extension. */
    public Path target() {
        return imagesDir.resolve(baseName());
    }
}
