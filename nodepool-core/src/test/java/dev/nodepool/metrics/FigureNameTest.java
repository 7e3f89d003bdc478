package dev.nodepool.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.internal.launch.LaunchOutcome;
import dev.nodepool.testing.DocumentedFigures;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FigureNameTest {

    @Test
    void partsAreInsertedAsTheyAre() {
        assertThat(FigureName.ZONE_LAUNCH.of("north.one", "az:1", "error.quota").text())
                .isEqualTo("nodepool.launch.provider.north.one.az:1.error.quota");
        assertThat(FigureName.MAX_SERVERS.of("a$1\\b<c>").text()).isEqualTo("nodepool.provider.a$1\\b<c>.max_servers");
    }

    @Test
    void requestorsTenantsAndLimitsAreOneLevel() {
        assertThat(FigureName.REQUESTOR_LAUNCH.of("NodePool:min-ready", "ready").text())
                .isEqualTo("nodepool.launch.requestor.NodePool_min-ready.ready");
        assertThat(FigureName.TENANT_LIMIT.of("a.b", "c:d").text()).isEqualTo("nodepool.tenant_limits.a_b.c_d");
    }

    /** What a daemon tells of its Java VM is checked where it is told. */
    @Test
    void pageHasEachFigureAndNoOther() {
        assertThat(new DocumentedFigures().names())
                .filteredOn(name -> !name.contains(".jvm."))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(FigureName.values()).map(FigureName::template).toList());
    }

    @Test
    void hasAsManyValuesAsParts() {
        assertThatThrownBy(() -> FigureName.NODES.of()).hasMessageContaining("nodepool.nodes.<state>");
        assertThat(FigureName.UPLOAD_STATE.parts()).containsExactly("fqdn", "image", "provider");
    }

    @ParameterizedTest
    @EnumSource(LaunchOutcome.class)
    void resultIsOnThePage(LaunchOutcome outcome) {
        assertThat(new DocumentedFigures().page()).contains("| `" + outcome.text() + "` |");
    }
}
