package dev.nodepool.config;

import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.driver.config.Problems;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Loads nodepool.yaml, with the secure file if there is one. Thread-safe.
 *
 * <p>A file is read whole before anything is said about it: {@link ConfigException} has all its problems, also the
 * warnings, in the order of the files. Files that drivers read beside it, e.g. with accounts, belong to it: they are among
 * {@link LoadedConfig#files()}, also those that were looked for and not there.
 */
public final class ConfigLoader {

    private final Drivers drivers;
    private final Map<String, String> environment;
    private final boolean needsZooKeeper;

    /**
     * @param drivers drivers that provider sections may name, beside {@code static}
     * @param environment where {@code %(NODEPOOL_X)} is looked up, usually {@link System#getenv()}
     * @throws IllegalArgumentException when two drivers have one name
     */
    public ConfigLoader(Collection<? extends ProviderDriver> drivers, Map<String, String> environment) {
        this(new Drivers(drivers, true), Collections.unmodifiableMap(new LinkedHashMap<>(environment)), false);
    }

    private ConfigLoader(Drivers drivers, Map<String, String> environment, boolean needsZooKeeper) {
        this.drivers = drivers;
        this.environment = environment;
        this.needsZooKeeper = needsZooKeeper;
    }

    /** The same for a process that connects to the servers the files name, so that naming none is an error. */
    public ConfigLoader requiringZooKeeper() {
        return new ConfigLoader(drivers, environment, true);
    }

    /**
     * The same for a process that does not open providers: those whose driver is not here are left out, with a warning, and
     * the rest can be used.
     */
    public ConfigLoader withoutMissingDrivers() {
        return new ConfigLoader(drivers.optional(), environment, needsZooKeeper);
    }

    /**
     * Loads files.
     *
     * @throws ConfigException when they can not be used, also when they can not be read
     */
    public LoadedConfig load(Path main, Optional<Path> secure, Strictness strictness) {
        var problems = new Problems(strictness == Strictness.STRICT);
        var contents = new LinkedHashMap<Path, Content>();
        contents.put(main, Content.of(main));
        secure.ifPresent(file -> contents.computeIfAbsent(file, Content::of));
        var mainSource = Source.of(main, Objects.requireNonNull(contents.get(main)), false, problems);
        var secureSource =
                secure.flatMap(file -> Source.of(file, Objects.requireNonNull(contents.get(file)), true, problems));
        var beside = new FilesBeside(environment, problems);
        var config = load(mainSource, secureSource, beside, problems);
        beside.seen().forEach(contents::putIfAbsent);
        var files = List.copyOf(contents.keySet());
        return new LoadedConfig(
                config,
                sorted(problems, files.stream().map(Path::toString).toList()),
                files,
                ContentHash.of(contents.values()));
    }

    /**
     * Loads a text, taking lapses as warnings.
     *
     * @param name how messages call it
     * @throws ConfigException when it can not be used
     */
    public LoadedConfig loadText(String name, String yaml) {
        return loadText(name, yaml, Strictness.LENIENT);
    }

    /** The same with a choice how lapses are taken. */
    public LoadedConfig loadText(String name, String yaml, Strictness strictness) {
        var problems = new Problems(strictness == Strictness.STRICT);
        var beside = new FilesBeside(environment, problems);
        var config = load(Optional.of(new Source(name, yaml, false)), Optional.empty(), beside, problems);
        return new LoadedConfig(config, sorted(problems, List.of(name)), List.of(), ContentHash.of(yaml));
    }

    /** What {@link LoadedConfig#contentHash()} would be now. */
    public static String contentHash(List<Path> files) {
        return ContentHash.of(files.stream().map(Content::of).toList());
    }

    private NodepoolConfig load(Optional<Source> main, Optional<Source> secure, FilesBeside beside, Problems problems) {
        var reader = new YamlReader(environment, problems);
        var mainSection = main.flatMap(reader::read).map(tree -> ConfigSection.root(tree, problems, beside));
        var secureSection = secure.flatMap(reader::readIfAny).map(tree -> ConfigSection.root(tree, problems));
        var config = mainSection.map(
                section -> new MainSchema(section, secureSection, drivers, needsZooKeeper, problems).read());
        if (problems.hasErrors() || config.isEmpty()) {
            var order = List.of(
                    main.map(Source::name).orElse(""), secure.map(Source::name).orElse(""));
            throw new ConfigException(sorted(problems, order));
        }
        return config.get();
    }

    private static List<Problem> sorted(Problems problems, List<String> files) {
        return problems.found().stream()
                .sorted(Comparator.<Problem>comparingInt(
                                problem -> place(files, problem.mark().file()))
                        .thenComparingInt(problem -> problem.mark().line())
                        .thenComparingInt(problem -> problem.mark().column())
                        .thenComparing(Problem::severity))
                .toList();
    }

    private static int place(List<String> files, String file) {
        var place = files.indexOf(file);
        return place < 0 ? files.size() : place;
    }
}
