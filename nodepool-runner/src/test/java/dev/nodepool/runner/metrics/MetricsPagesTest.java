package dev.nodepool.runner.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.metrics.FigureName;
import dev.nodepool.testing.DocumentedFigures;
import dev.nodepool.testing.GeneratedPage;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages about figures say what is told. */
final class MetricsPagesTest {

    @Test
    void prometheusPageHasEachFigure() {
        GeneratedPage.compare(
                "docs/metrics-prometheus.md",
                """
                # Metrics in Prometheus

                What a launcher shows at `/metrics`, and what it is called in statsd. [Metrics](metrics.md) tells what each
                figure means and when it is told; [the monitoring section](operation.md#monitoring) how to read it.

                A timer is a histogram in seconds with `_bucket`, `_sum` and `_count`. A gauge without limit is `+Inf`. A
                figure is there from the first time it was told; a gauge goes when what it tells of is gone or another
                launcher tells it.

                | Prometheus | Labels | Kind | statsd |
                |---|---|---|---|
                """
                        + Stream.of(FigureName.values())
                                .map(MetricsPagesTest::row)
                                .collect(Collectors.joining("\n", "", "\n")),
                getClass());
    }

    private static String row(FigureName figure) {
        String labels = figure.parts().stream().map(part -> "`" + part + "`").collect(Collectors.joining(", "));
        return "| `%s` | %s | %s | `%s` |"
                .formatted(
                        PrometheusName.complete(figure),
                        labels,
                        figure.kind().name().toLowerCase(Locale.ROOT),
                        figure.template());
    }

    @Test
    void prometheusNamesDiffer() {
        assertThat(Stream.of(FigureName.values()).map(PrometheusName::complete)).doesNotHaveDuplicates();
    }

    @Test
    void metricsPageHasWhatTheJavaVirtualMachineTells() {
        assertThat(new DocumentedFigures().names())
                .filteredOn(name -> name.contains(".jvm."))
                .containsExactlyInAnyOrderElementsOf(JvmFigures.NAMES.stream()
                        .map(name -> "nodepool.<program>.<host>.jvm." + name)
                        .toList());
    }
}
