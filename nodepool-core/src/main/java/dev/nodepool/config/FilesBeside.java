package dev.nodepool.config;

import dev.nodepool.driver.config.ConfigFiles;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads each file that drivers ask for once, and remembers all they asked for, also what was not there. */
final class FilesBeside implements ConfigFiles {

    private final Map<String, String> environment;
    private final Problems problems;
    private final Map<Path, Content> seen = new LinkedHashMap<>();
    private final Map<Path, Optional<Mapping>> trees = new LinkedHashMap<>();

    FilesBeside(Map<String, String> environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public Optional<Mapping> yaml(Path file) {
        return trees.computeIfAbsent(file, this::read);
    }

    @Override
    public Optional<String> text(Path file) {
        try {
            return Optional.of(content(file).text());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** All files asked for with what was found there, in the order of asking. */
    Map<Path, Content> seen() {
        return seen;
    }

    private Optional<Mapping> read(Path file) {
        var content = content(file);
        return content.absent()
                ? Optional.empty()
                // Placeholders are for our own files: these are other programs' too.
                : Source.of(file, content, true, problems)
                        .flatMap(source -> new YamlReader(Map.of(), problems).readIfAny(source));
    }

    private Content content(Path file) {
        return seen.computeIfAbsent(file, Content::of);
    }
}
