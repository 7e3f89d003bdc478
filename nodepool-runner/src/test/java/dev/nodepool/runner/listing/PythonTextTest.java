package dev.nodepool.runner.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PythonTextTest {

    @Test
    void leavesTheCellOfNothingEmpty() {
        assertThat(PythonText.cell(null)).isEmpty();
    }

    @Test
    void joinsListsWithoutBlanks() {
        assertThat(PythonText.cell(List.of("qcow2", "raw"))).isEqualTo("qcow2,raw");
        assertThat(PythonText.cell(List.of())).isEmpty();
    }

    @Test
    void showsTruthAsPythonDoes() {
        assertThat(PythonText.cell(true)).isEqualTo("True");
        assertThat(PythonText.cell(false)).isEqualTo("False");
    }

    @Test
    void showsMapsInPythonNotation() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("a", 1);
        map.put("b", Arrays.asList(null, true, 2.5, "it's", "q\"q'", "tab\tnul\0é"));
        assertThat(PythonText.cell(map))
                .isEqualTo("{'a': 1, 'b': [None, True, 2.5, \"it's\", 'q\"q\\'', 'tab\\tnul\\x00é']}");
    }

    @Test
    void letsNoControlCharacterReachTheTerminal() {
        assertThat(PythonText.cell("a\u001b[2Jb\r\u009bc\nd")).isEqualTo("a\\x1b[2Jb\\r\\x9bc\nd");
    }
}
