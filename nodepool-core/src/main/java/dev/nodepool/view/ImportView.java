package dev.nodepool.view;

/**
 * What an import of image data would do.
 *
 * @param records how many pauses, builds and uploads it holds
 * @param replaced how many of them exist already
 */
public record ImportView(int records, int replaced) {}
