package dev.nodepool.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What only the builder needs.
 *
 * @param imagesDir where images live; a builder can not start without
 * @param elementsDir search path of diskimage-builder's elements
 * @param buildLogDir where build logs go
 * @param buildLogRetention build logs kept per image; negative keeps all
 */
public record BuilderConfig(
        Optional<Path> imagesDir, Optional<String> elementsDir, Path buildLogDir, int buildLogRetention) {}
