package dev.nodepool.runner.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.metrics.FigureName.Kind;
import dev.nodepool.testing.GeneratedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in examples/monitoring ask for figures that there are. */
final class MonitoringExamplesTest {

    private static final Path EXAMPLES = GeneratedPage.root().resolve("examples/monitoring");
    private static final Pattern NAME = Pattern.compile("\\bnodepool_\\w+");

    @ParameterizedTest
    @ValueSource(strings = {"alerts.yaml", "grafana-dashboard.json"})
    void askForWhatIsTold(String file) throws IOException {
        Set<String> asked = NAME.matcher(Files.readString(EXAMPLES.resolve(file)))
                .results()
                .map(match -> match.group())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(asked).hasSizeGreaterThan(5).isSubsetOf(series());
    }

    @Test
    void dashboardIsJson() throws IOException {
        assertThat(new ObjectMapper()
                        .readTree(Files.readString(EXAMPLES.resolve("grafana-dashboard.json")))
                        .get("panels"))
                .hasSizeGreaterThan(5);
    }

    private static Set<String> series() {
        return Stream.of(FigureName.values())
                .flatMap(figure -> figure.kind() == Kind.TIMER
                        ? Stream.of("_bucket", "_sum", "_count").map(end -> PrometheusName.complete(figure) + end)
                        : Stream.of(PrometheusName.complete(figure)))
                .collect(Collectors.toSet());
    }
}
