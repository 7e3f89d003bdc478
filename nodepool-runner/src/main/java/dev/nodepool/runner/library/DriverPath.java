package dev.nodepool.runner.library;

import dev.nodepool.driver.ProviderDriver;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds the drivers in the jar and in directories of further jars. */
public final class DriverPath {

    private DriverPath() {}

    /**
     * All drivers. Their classes stay loaded for as long as this process runs.
     *
     * @param directories holds jar files, read in the order of their names
     * @throws IOException when a directory can not be read or a driver in it not be made; the message names it
     */
    public static List<ProviderDriver> drivers(List<Path> directories) throws IOException {
        List<URL> jars = new ArrayList<>();
        for (Path directory : directories) {
            jars.addAll(jars(directory));
        }
        ClassLoader own = DriverPath.class.getClassLoader();
        ClassLoader loader = jars.isEmpty() ? own : new URLClassLoader("drivers", jars.toArray(URL[]::new), own);
        try {
            List<ProviderDriver> drivers = new ArrayList<>();
            ServiceLoader.load(ProviderDriver.class, loader).forEach(drivers::add);
            return List.copyOf(drivers);
        } catch (ServiceConfigurationError e) {
            throw new IOException("a driver can not be loaded: " + e.getMessage(), e);
        }
    }

    private static List<URL> jars(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("--driver-path %s is not a directory".formatted(directory));
        }
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.jar")) {
            entries.forEach(jars::add);
        }
        Collections.sort(jars);
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        return urls;
    }
}
