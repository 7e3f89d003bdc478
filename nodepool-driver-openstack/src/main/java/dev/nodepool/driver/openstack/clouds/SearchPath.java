package dev.nodepool.driver.openstack.clouds;

import dev.nodepool.driver.config.ConfigFiles;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Where OpenStack's clients look for their files; the first file found counts. */
record SearchPath(ConfigFiles files) {

    private static final List<String> EXTENSIONS = List.of(".yaml", ".yml", ".json");

    /**
     * The mapping of a file.
     *
     * @param name name without extension
     * @param variable environment variable that may name the file; it goes first
     */
    Optional<Mapping> find(String name, Optional<String> variable) {
        return candidates(name, variable).stream()
                .map(files::yaml)
                .flatMap(Optional::stream)
                .findFirst();
    }

    List<Path> candidates(String name, Optional<String> variable) {
        var candidates = new LinkedHashSet<Path>();
        variable.map(files.environment()::get)
                .flatMap(SearchPath::path)
                .map(this::home)
                .ifPresent(candidates::add);
        for (var directory : directories()) {
            EXTENSIONS.forEach(extension -> candidates.add(directory.resolve(name + extension)));
        }
        return List.copyOf(candidates);
    }

    private LinkedHashSet<Path> directories() {
        var environment = files.environment();
        var directories = new LinkedHashSet<Path>();
        directories.add(Path.of("").toAbsolutePath());
        var own = home(Path.of("~/.config"));
        directories.add(variable(environment, "XDG_CONFIG_HOME").orElse(own).resolve("openstack"));
        directories.add(own.resolve("openstack"));
        directories.add(variable(environment, "XDG_CONFIG_DIRS")
                .orElse(Path.of("/etc/xdg"))
                .resolve("openstack"));
        directories.add(Path.of("/etc/openstack"));
        return directories;
    }

    /** Lists are cut after their first entry, as the Python client does. */
    private static Optional<Path> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .map(value -> value.split(":", 2)[0])
                .filter(value -> value.startsWith("/"))
                .flatMap(SearchPath::path);
    }

    /** The path with a leading {@code ~} replaced by the home directory. */
    Path home(Path path) {
        var home = Objects.requireNonNullElse(files.environment().get("HOME"), System.getProperty("user.home", "/"));
        return path.startsWith("~") ? Path.of(home).resolve(Path.of("~").relativize(path)) : path;
    }

    private static Optional<Path> path(String text) {
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
