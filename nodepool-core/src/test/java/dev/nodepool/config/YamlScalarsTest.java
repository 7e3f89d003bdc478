package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.Problems;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plain words mean what PyYAML 6 makes of them; the table was made by running it. */
class YamlScalarsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            yes | BOOLEAN | true
            Yes | BOOLEAN | true
            YES | BOOLEAN | true
            yEs | TEXT | yEs
            no | BOOLEAN | false
            on | BOOLEAN | true
            Off | BOOLEAN | false
            OFF | BOOLEAN | false
            true | BOOLEAN | true
            True | BOOLEAN | true
            TRUE | BOOLEAN | true
            tRUE | TEXT | tRUE
            y | TEXT | y
            n | TEXT | n
            ~ | NULL | null
            null | NULL | null
            Null | NULL | null
            NULL | NULL | null
            nULL | TEXT | nULL
            8 | INTEGER | 8
            -8 | INTEGER | -8
            +12 | INTEGER | 12
            0 | INTEGER | 0
            00 | INTEGER | 0
            010 | INTEGER | 8
            -010 | INTEGER | -8
            08 | TEXT | 08
            0o17 | TEXT | 0o17
            0b101 | INTEGER | 5
            -0b1_0 | INTEGER | -2
            0b | TEXT | 0b
            0x1f | INTEGER | 31
            0xFF_00 | INTEGER | 65280
            -0x10 | INTEGER | -16
            0x | TEXT | 0x
            1_000 | INTEGER | 1000
            1__0 | INTEGER | 10
            _1 | TEXT | _1
            1_ | INTEGER | 1
            1:30 | INTEGER | 90
            -1:30 | INTEGER | -90
            12:30:45 | INTEGER | 45045
            1:60 | TEXT | 1:60
            1:5 | INTEGER | 65
            0:30 | TEXT | 0:30
            01:30 | TEXT | 01:30
            18.04 | NUMBER | 18.04
            18.10 | NUMBER | 18.1
            -1.5 | NUMBER | -1.5
            +1.5 | NUMBER | 1.5
            1. | NUMBER | 1.0
            .5 | NUMBER | 0.5
            -.5 | TEXT | -.5
            +.5 | TEXT | +.5
            ._5 | TEXT | ._5
            1_0.5 | NUMBER | 10.5
            1e3 | TEXT | 1e3
            1.e3 | TEXT | 1.e3
            1.0e3 | TEXT | 1.0e3
            1.0e+3 | NUMBER | 1000.0
            1.0E-3 | NUMBER | 0.001
            1e+3 | TEXT | 1e+3
            .5e-1 | NUMBER | 0.05
            .5e3 | TEXT | .5e3
            1:30.5 | NUMBER | 90.5
            -1:30.5 | NUMBER | -90.5
            .inf | NUMBER | Infinity
            -.inf | NUMBER | -Infinity
            +.INF | NUMBER | Infinity
            .nan | NUMBER | NaN
            .NaN | NUMBER | NaN
            .Nan | TEXT | .Nan
            2019-12-21 | DATE | 2019-12-21
            2019-1-2 | TEXT | 2019-1-2
            2019-12-21 10:00:00 | DATE | 2019-12-21 10:00:00
            2019-12-21T10:00:00Z | DATE | 2019-12-21T10:00:00Z
            2019-12-21t10:00:00.5+01:00 | DATE | 2019-12-21t10:00:00.5+01:00
            2019-12-21 10:00 | TEXT | 2019-12-21 10:00
            abc | TEXT | abc
            1.2.3 | TEXT | 1.2.3
            192.0.2.1 | TEXT | 192.0.2.1
            1,000 | TEXT | 1,000
            0. | NUMBER | 0.0
            0_1 | INTEGER | 1
            1.5. | TEXT | 1.5.
            9223372036854775808 | INTEGER | 9223372036854775808
            '8' | TEXT | 8
            "yes" | TEXT | yes
            !!str 8 | TEXT | 8
            !!int "8" | INTEGER | 8
            !!float 3 | NUMBER | 3.0
            !!bool "yes" | BOOLEAN | true
            !!null "" | NULL | null
            """)
    void readsWordsAsPyYamlDoes(String word, String type, String value) {
        var tree = new YamlReader(Map.of(), new Problems(true)).read(new Source("f", "a: " + word + "\n", false));
        var scalar = (Scalar)
                Objects.requireNonNull(tree.orElseThrow().entries().get("a")).value();

        assertThat(scalar.type()).hasToString(type);
        assertThat(String.valueOf(scalar.json())).isEqualTo(value);
    }
}
