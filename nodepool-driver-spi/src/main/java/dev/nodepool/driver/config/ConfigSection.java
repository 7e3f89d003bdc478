package dev.nodepool.driver.config;

import dev.nodepool.driver.config.ConfigNode.Mapping;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of a configuration file as its reader sees it: typed values, problems with their places, and a memory of
 * which keys were asked for.
 *
 * <p>A method that can not answer what was asked has reported why, and answers as if the key were absent; so a reader
 * just goes on and all problems come out together. A key without a value counts as absent. Asking twice for the same
 * key does no harm. What nobody asked for is unknown, which {@link #reportUnread} says: so ask for every key you know,
 * also where an earlier one makes it meaningless. For one thread.
 */
public final class ConfigSection {

    private final String path;
    private final Mapping mapping;
    private final Problems problems;
    private final ConfigFiles files;
    private final Conversion convert;
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, String> retired = new HashMap<>();
    private final Map<String, ConfigSection> children = new LinkedHashMap<>();
    private boolean open;

    private ConfigSection(String path, Mapping mapping, Problems problems, ConfigFiles files) {
        this.path = path;
        this.mapping = mapping;
        this.problems = problems;
        this.files = files;
        this.convert = new Conversion(problems);
    }

    /** The section of a whole file that has no other files beside it. */
    public static ConfigSection root(Mapping mapping, Problems problems) {
        return root(mapping, problems, ConfigFiles.NONE);
    }

    /** The section of a whole file. */
    public static ConfigSection root(Mapping mapping, Problems problems, ConfigFiles files) {
        return new ConfigSection("", mapping, problems, files);
    }

    /** Files beside this one. */
    public ConfigFiles files() {
        return files;
    }

    /** A mapping of a file beside this one as a section of its own, whose problems come out with ours. */
    public ConfigSection beside(String itsPath, Mapping node) {
        return new ConfigSection(itsPath, node, problems, files);
    }

    /** Where this section is in the structure, e.g. {@code providers[0].pools[1]}. */
    public String path() {
        return path.isEmpty() ? "(root)" : path;
    }

    public String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Where this section begins. */
    public Mark mark() {
        return mapping.mark();
    }

    /** Where the value of a key is; where the section begins when the key is absent. */
    public Mark mark(String key) {
        var entry = mapping.entries().get(key);
        return entry == null ? mark() : entry.value().mark();
    }

    /** The values behind this section, for what the typed methods do not cover. Looking at them reads no key. */
    public Mapping mapping() {
        return mapping;
    }

    /** Whether a key is there with a value; also makes it known. */
    public boolean has(String key) {
        return node(key).isPresent();
    }

    /** A text; numbers are taken as they are written, with a warning. */
    public Optional<String> text(String key) {
        return read(key, convert::text);
    }

    /** A text that may be an integer without quotes, as versions often are. */
    public Optional<String> textOrInteger(String key) {
        return read(key, convert::textOrInteger);
    }

    /** A text that must be there and not be empty; an empty text after a problem was reported. */
    public String requiredText(String key) {
        var text = required(key, convert::text);
        if (text.isPresent() && text.get().isBlank()) {
            error(key, "must not be empty");
        }
        return text.orElse("");
    }

    /** The path of a file or directory, which need not exist. */
    public Optional<Path> file(String key) {
        try {
            return text(key).map(Path::of);
        } catch (InvalidPathException e) {
            error(key, "not a path: " + e.getReason());
            return Optional.empty();
        }
    }

    public Optional<Boolean> bool(String key) {
        return read(key, convert::bool);
    }

    public Optional<Integer> integer(String key) {
        return integer(key, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** An integer from {@code least} to {@code most}, both included. */
    public Optional<Integer> integer(String key, int least, int most) {
        return read(key, (node, place) -> convert.integer(node, place, least, most));
    }

    /** A TCP port; digits in quotes pass with a warning. */
    public Optional<Integer> port(String key) {
        return read(key, (node, place) -> convert.integerOrDigits(node, place, 0, 65535));
    }

    /** A number, with or without a fraction; one in quotes passes with a warning. */
    public Optional<Double> number(String key, double least) {
        return read(key, (node, place) -> convert.number(node, place, least));
    }

    /** A time in seconds; a fraction passes with a warning. */
    public Optional<Duration> seconds(String key, int least) {
        return read(key, (node, place) -> convert.seconds(node, place, least));
    }

    /** A list of texts, empty when absent. */
    public List<String> texts(String key) {
        return read(key, convert::texts).orElse(List.of());
    }

    /** A list of texts, where an absent one differs from an empty one. */
    public Optional<List<String>> optionalTexts(String key) {
        return read(key, convert::texts);
    }

    /** A list of texts, or a single one in its place. */
    public List<String> textOrTexts(String key) {
        return node(key).filter(ConfigNode.Scalar.class::isInstance).isPresent()
                ? text(key).map(List::of).orElse(List.of())
                : texts(key);
    }

    /** A mapping to texts, empty when absent; single values of other types pass with a warning. */
    public Map<String, String> textMap(String key) {
        return read(key, (node, place) -> convert.textMap(node, place, false)).orElse(Map.of());
    }

    /** A mapping to texts, empty when absent; other types are errors and never shown, since values may be secret. */
    public Map<String, String> secretTexts(String key) {
        return read(key, (node, place) -> convert.textMap(node, place, true)).orElse(Map.of());
    }

    /** A value of any shape, as JSON has it. */
    public Optional<Object> raw(String key) {
        return node(key).map(ConfigNode::json);
    }

    /** A mapping of any content, as JSON has it. */
    @SuppressWarnings("unchecked")
    public Optional<Map<String, Object>> rawMap(String key) {
        return read(key, convert::mapping).map(node -> (Map<String, Object>) node.json());
    }

    /** The keys of this section in the order of the file, read or not. */
    public List<String> keys() {
        return List.copyOf(mapping.entries().keySet());
    }

    /** A mapping below this one. */
    public Optional<ConfigSection> section(String key) {
        return read(key, convert::mapping).map(node -> child(path(key), node));
    }

    /** A list of mappings; entries that are something else are reported and left out. Empty when absent. */
    public List<ConfigSection> sections(String key) {
        var list = read(key, convert::list);
        var sections = new ArrayList<ConfigSection>();
        for (int i = 0; list.isPresent() && i < list.get().items().size(); i++) {
            var place = path(key) + "[" + i + "]";
            convert.mapping(list.get().items().get(i), place).ifPresent(node -> sections.add(child(place, node)));
        }
        return sections;
    }

    /**
     * Reads a list of mappings that each must have a {@code name}. All of them are read, so that all problems are
     * found; of those with the same name the last one counts, in the place of the first.
     */
    public <T> List<T> named(String key, Function<ConfigSection, T> reader) {
        var places = new HashMap<String, Mark>();
        var byName = new LinkedHashMap<String, T>();
        for (var section : sections(key)) {
            var name = section.requiredText("name");
            var value = reader.apply(section);
            if (!name.isBlank()) {
                byName.put(name, value);
                section.first(name, places.put(name, section.mark("name")));
            }
        }
        return List.copyOf(byName.values());
    }

    private void first(String name, @Nullable Mark earlier) {
        if (earlier != null) {
            lapse("name", "\"" + name + "\" already defined at line " + earlier.line());
        }
    }

    /** Reports an absent key; a key whose value has the wrong type counts as there. */
    public void require(String key) {
        if (!has(key)) {
            problems.error(mark(), path(key), "missing");
        }
    }

    /** Reports a key whose value is wrong; at the beginning of the section when it is absent. */
    public void error(String key, String text) {
        problems.error(mark(key), path(key), text);
    }

    /** Reports this section as wrong as a whole. */
    public void error(String text) {
        problems.error(mark(), path(), text);
    }

    public void warning(String key, String text) {
        problems.warning(mark(key), path(key), text);
    }

    /** An error when the file is checked, a warning in a daemon. */
    public void lapse(String key, String text) {
        problems.lapse(mark(key), path(key), text);
    }

    /**
     * Says that a key was removed. It is unknown unless something asks for it, but told with this advice.
     *
     * @param advice what to do, e.g. {@code use "connection-port"}
     */
    public void retired(String key, String advice) {
        retired.put(key, advice);
    }

    /** Lets keys pass that nobody asks for, here and below. */
    public void allowUnread() {
        open = true;
    }

    /** Reports the keys that nobody asked for, here and in the sections below that were asked for. */
    public void reportUnread() {
        if (open) {
            return;
        }
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                problems.lapse(entry.keyMark(), path(key), "unknown key" + hint(key));
            }
        });
        children.values().forEach(ConfigSection::reportUnread);
    }

    private String hint(String key) {
        var advice = retired.get(key);
        if (advice != null) {
            return ", " + advice;
        }
        var free = known.stream().filter(k -> !mapping.entries().containsKey(k)).toList();
        return Misspelling.nearest(key, free)
                .map(k -> ", did you mean \"" + k + "\"?")
                .orElse("");
    }

    private ConfigSection child(String place, Mapping node) {
        return children.computeIfAbsent(place, p -> new ConfigSection(p, node, problems, files));
    }

    private Optional<ConfigNode> node(String key) {
        known.add(key);
        return Optional.ofNullable(mapping.get(key));
    }

    private <T> Optional<T> read(String key, BiFunction<ConfigNode, String, Optional<T>> conversion) {
        return node(key).flatMap(node -> conversion.apply(node, path(key)));
    }

    private <T> Optional<T> required(String key, BiFunction<ConfigNode, String, Optional<T>> conversion) {
        require(key);
        return read(key, conversion);
    }
}
