package dev.nodepool.driver.config;

import dev.nodepool.driver.config.Problem.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects everything that is wrong while a configuration is read. For one thread. */
public final class Problems {

    private final Severity lapse;
    private final List<Problem> found = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    /** @param strict whether lapses are errors; else they are warnings */
    public Problems(boolean strict) {
        this.lapse = strict ? Severity.ERROR : Severity.WARNING;
    }

    /** The configuration can not be used. */
    public void error(Mark mark, String path, String text) {
        add(Severity.ERROR, mark, path, text);
    }

    /** Something to be said; the configuration can be used. */
    public void warning(Mark mark, String path, String text) {
        add(Severity.WARNING, mark, path, text);
    }

    /** Something a daemon can live with and a check of the file does not let pass, e.g. an unknown key. */
    public void lapse(Mark mark, String path, String text) {
        add(lapse, mark, path, text);
    }

    /** Takes over what another reader found. */
    public void addAll(Problems other) {
        other.found.forEach(problem -> add(problem.severity(), problem.mark(), problem.path(), problem.text()));
    }

    public boolean hasErrors() {
        return found.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
    }

    /** What was found so far, in the order of finding. */
    public List<Problem> found() {
        return List.copyOf(found);
    }

    private void add(Severity severity, Mark mark, String path, String text) {
        // A value that an anchor shares is read once per use under another path, but is wrong only once.
        var key = path.substring(path.lastIndexOf('.') + 1);
        if (seen.add(mark + " " + severity + " " + key + " " + text)) {
            found.add(new Problem(severity, mark, path, text));
        }
    }
}
