package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpansionTest {

    @Test
    void putsInVariablesAsPlainText() {
        var config = new ConfigLoader(List.of(), Map.of("NODEPOOL_PORT", "8123", "NODEPOOL_LABELS", "[{name: a}]"))
                .loadText("f", "webapp: {port: %(NODEPOOL_PORT)}\nlabels: %(NODEPOOL_LABELS)\n")
                .config();

        assertThat(config.web().orElseThrow().port()).isEqualTo(8123);
        assertThat(config.labels()).containsOnlyKeys("a");
    }

    @Test
    void leavesOtherVariablesAndUnknownNamesAlone() {
        var text = "%(HOME) %(NODEPOOL_GONE) %(NODEPOOL_X)s";

        assertThat(Expansion.of(text, Map.of("HOME", "/root", "NODEPOOL_X", "1"))
                        .text())
                .isEqualTo("%(HOME) %(NODEPOOL_GONE) 1s");
    }

    @Test
    void expandsAValueAgainWhenALaterVariableIsNamedInIt() {
        var environment = new LinkedHashMap<String, String>();
        environment.put("NODEPOOL_A", "a-%(NODEPOOL_B)");
        environment.put("NODEPOOL_B", "b");

        assertThat(Expansion.of("%(NODEPOOL_A)", environment).text()).isEqualTo("a-b");
    }

    @Test
    void reportsAnUnknownVariableOutsideOfQuotesAsBrokenYaml() {
        assertThat(Load.errors("images-dir: %(NODEPOOL_GONE)\n"))
                .singleElement()
                .asString()
                .startsWith("1:13: YAML: found character '%' that cannot start any token");
    }

    @Test
    void showsNoValueThatCameFromTheEnvironment() {
        var loader = new ConfigLoader(Load.DRIVERS, Map.of("NODEPOOL_SECRET", "hunter2hunter2"));

        assertThat(Load.problems(loader, "max-hold-age: '%(NODEPOOL_SECRET)'\n", Strictness.STRICT))
                .singleElement()
                .hasToString("nodepool.yaml:1:15: max-hold-age: expected an integer, got a string");
    }
}
