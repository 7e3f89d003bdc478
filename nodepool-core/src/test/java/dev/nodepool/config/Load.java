package dev.nodepool.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.driver.config.Problem.Severity;
import dev.nodepool.drivers.fake.FakeDriver;
import java.util.List;
import java.util.Map;

/** Loads texts for tests. */
final class Load {

    static final String FILE = "nodepool.yaml";

    static final List<ProviderDriver> DRIVERS = List.of(new FakeDriver(), new CloudDouble("openstack"));

    private Load() {}

    static ConfigLoader loader() {
        return new ConfigLoader(DRIVERS, Map.of());
    }

    static NodepoolConfig config(String yaml) {
        return loader().loadText(FILE, yaml, Strictness.STRICT).config();
    }

    static List<String> warnings(String yaml) {
        return texts(loader().loadText(FILE, yaml).warnings(), Severity.WARNING);
    }

    /** The errors without the file's name. */
    static List<String> errors(String yaml, Strictness strictness) {
        return texts(problems(loader(), yaml, strictness), Severity.ERROR);
    }

    static List<String> errors(String yaml) {
        return errors(yaml, Strictness.STRICT);
    }

    static List<Problem> problems(ConfigLoader loader, String yaml, Strictness strictness) {
        var thrown = catchThrowableOfType(ConfigException.class, () -> loader.loadText(FILE, yaml, strictness));
        return thrown == null ? List.of() : thrown.problems();
    }

    static List<String> texts(List<Problem> problems, Severity severity) {
        return problems.stream()
                .filter(problem -> problem.severity() == severity)
                .map(problem ->
                        problem.toString().substring(problem.mark().file().length() + 1))
                .toList();
    }
}
