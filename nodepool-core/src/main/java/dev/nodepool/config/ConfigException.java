package dev.nodepool.config;

import dev.nodepool.driver.config.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration that can not be used, with every problem found in it. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    /** The problems in the order of the files. */
    public List<Problem> problems() {
        return problems;
    }
}
