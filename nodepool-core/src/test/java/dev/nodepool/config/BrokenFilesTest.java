package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nodepool.testing.Proof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever somebody does to a file, the answer is a configuration or a list of problems with places. */
class BrokenFilesTest {

    private static final int ROUNDS = 400;
    private static final List<String> BITS = List.of(
            "",
            "~",
            "[]",
            "{}",
            "[x]",
            "{x: y}",
            "''",
            "'",
            "-1",
            "1e3",
            "99999999999999999999",
            "yes",
            "2019-01-01",
            "\"\\0\"",
            "*x",
            "&x",
            "<<: ",
            "!!int ",
            ".nan",
            ": ",
            "- ",
            "\n",
            "\t",
            "name",
            "%",
            "# ");

    @ParameterizedTest
    @ValueSource(strings = {"example-a.yaml", "example-b.yaml", "example-c.yaml", "example-e.yaml"})
    void giveProblemsAndNeverAnotherException(String name) throws IOException {
        var text = read(name);
        var random = new Random(name.hashCode());
        for (int round = 0; round < ROUNDS; round++) {
            var broken = broken(text, random);
            var thrown = catchThrowable(() -> Load.loader().loadText(name, broken, Strictness.STRICT));
            if (thrown != null) {
                assertThat(thrown).as(broken).isInstanceOf(ConfigException.class);
                assertThat(((ConfigException) thrown).problems()).isNotEmpty().allSatisfy(problem -> {
                    assertThat(problem.mark().line()).isPositive();
                    assertThat(problem.mark().column()).isPositive();
                });
            }
        }
        Proof.note("Fuzzed configurations, " + name + " with words replaced", ROUNDS);
    }

    /** The text with one word after the other replaced by something unfit. */
    private static String broken(String text, Random random) {
        var words = text.split("(?<=[ \\n,:\\[{])");
        for (int i = 0; i < 3; i++) {
            words[random.nextInt(words.length)] = BITS.get(random.nextInt(BITS.size()));
        }
        return String.join("", words);
    }

    private static String read(String name) throws IOException {
        try (var in = Objects.requireNonNull(BrokenFilesTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
