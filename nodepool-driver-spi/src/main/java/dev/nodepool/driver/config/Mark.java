package dev.nodepool.driver.config;

/**
 * A place in a configuration file.
 *
 * @param file as the user named it
 * @param line from 1
 * @param column from 1
 */
public record Mark(String file, int line, int column) {

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
