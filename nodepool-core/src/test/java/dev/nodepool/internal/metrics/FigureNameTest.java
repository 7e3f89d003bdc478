package dev.nodepool.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.launch.LaunchOutcome;
import dev.nodepool.testing.DocumentedFigures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FigureNameTest {

    @Test
    void partsAreInsertedAsTheyAre() {
        assertThat(FigureName.ZONE_LAUNCH.of("north.one", "az:1", "error.quota"))
                .isEqualTo("nodepool.launch.provider.north.one.az:1.error.quota");
        assertThat(FigureName.MAX_SERVERS.of("a$1\\b<c>")).isEqualTo("nodepool.provider.a$1\\b<c>.max_servers");
    }

    @Test
    void requestorsTenantsAndLimitsAreOneLevel() {
        assertThat(FigureName.REQUESTOR_LAUNCH.of("NodePool:min-ready", "ready"))
                .isEqualTo("nodepool.launch.requestor.NodePool_min-ready.ready");
        assertThat(FigureName.TENANT_LIMIT.of("a.b", "c:d")).isEqualTo("nodepool.tenant_limits.a_b.c_d");
    }

    @ParameterizedTest
    @EnumSource(FigureName.class)
    void nameIsOnThePage(FigureName name) {
        assertThat(new DocumentedFigures().names()).contains(name.template());
    }

    @ParameterizedTest
    @EnumSource(LaunchOutcome.class)
    void resultIsOnThePage(LaunchOutcome outcome) {
        assertThat(new DocumentedFigures().page()).contains("| `" + outcome.text() + "` |");
    }
}
