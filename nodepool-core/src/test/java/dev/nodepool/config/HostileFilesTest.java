package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.nodepool.testing.Proof;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to hurt: the answer is a list of problems, soon, and never a full memory or an overflow. */
class HostileFilesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int ROUNDS = 3_000;

    @TempDir
    private Path directory;

    private static Throwable load(String text) {
        return assertTimeoutPreemptively(
                SOON, () -> catchThrowable(() -> Load.loader().loadText("hostile", text, Strictness.STRICT)));
    }

    private static void demandProblems(String text) {
        assertThat(load(text)).isInstanceOf(ConfigException.class);
    }

    @Test
    void thousandMillionLaughs() {
        var bomb = new StringBuilder("a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (var letter = 'b'; letter <= 'z'; letter++) {
            var before = "*" + (char) (letter - 1);
            bomb.append(letter).append(": &").append(letter).append(" [");
            bomb.append((before + ", ").repeat(8)).append(before).append("]\n");
        }
        demandProblems(bomb + "labels: *z\n");
        demandProblems(bomb + "labels: [{name: *z}]\n");
        demandProblems(bomb + "providers: [{name: p, driver: fake, pools: *z}]\n");
    }

    @Test
    void mergedBomb() {
        var bomb = new StringBuilder("a: &a {k0: v}\n");
        for (var i = 1; i < 26; i++) {
            var letter = (char) ('a' + i);
            var before = (char) (letter - 1);
            bomb.append("%c: &%c {k%d: *%c, l%d: *%c, <<: [*%c, *%c]}\n"
                    .formatted(letter, letter, i, before, i, before, before, before));
        }
        demandProblems(bomb + "labels: *z\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"labels: &x [*x]\n", "labels: &x {name: *x}\n", "&x labels: *x\n", "labels: &x [{<<: *x}]\n"})
    void aliasesInACircle(String text) {
        demandProblems(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "? ", "&a [", "!!seq [", "[{a: "})
    void deepNesting(String open) {
        demandProblems("labels: " + open.repeat(100_000));
        demandProblems("labels:\n  " + open.repeat(100_000) + "\n");
    }

    @Test
    void fiftyMegabytes() throws Exception {
        var file = directory.resolve("large.yaml");
        Files.writeString(file, "labels:\n" + "  - {name: label, max-ready-age: 600}\n".repeat(1_350_000));
        assertThat(Files.size(file)).isGreaterThan(50_000_000);
        var thrown = assertTimeoutPreemptively(
                SOON, () -> catchThrowable(() -> Load.loader().load(file, Optional.empty(), Strictness.STRICT)));
        assertThat(thrown).isInstanceOf(ConfigException.class);
        assertThat(thrown.getMessage().length()).isLessThan(100_000);
    }

    @Test
    void oneLineOfTwentyMegabytes() {
        demandProblems("labels: " + "x".repeat(20_000_000));
        demandProblems("'" + "x".repeat(9_000_000));
        demandProblems("labels: " + "[".repeat(9_000_000));
        demandProblems("labels: |\n  " + "x".repeat(9_000_000));
    }

    @Test
    void bytesThatAreNoText() throws Exception {
        var file = directory.resolve("binary.yaml");
        var random = new SplittableRandom(1);
        var bytes = new byte[100_000];
        random.nextBytes(bytes);
        Files.write(file, bytes);
        assertThat(catchThrowable(() -> Load.loader().load(file, Optional.empty(), Strictness.STRICT)))
                .isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ['http://127.0.0.1:1/']]]]",
                "!!java.io.File [/tmp/x]",
                "labels: !!dev.nodepool.config.LabelConfig {name: x}",
                "labels: !!python/object/apply:os.system ['touch /tmp/x']"
            })
    void tagsMakeNoObjects(String text) {
        demandProblems(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "../x", "a/b", "/etc/passwd", "a\\0b", "a\\nb", "\\e[2J", " x", "x.", "\\u0085"})
    void namesThatWouldBecomePaths(String name) {
        var quoted = '"' + name + '"';
        demandProblems("labels: [{name: %s}]\n".formatted(quoted));
        demandProblems("diskimages: [{name: %s, elements: [vm]}]\nimages-dir: /tmp\n".formatted(quoted));
        demandProblems("providers: [{name: %s, driver: fake, cloud: fake, pools: []}]\n".formatted(quoted));
        demandProblems(
                "labels: []\nproviders: [{name: p, driver: fake, cloud: fake, pools: [{name: %s, labels: []}]}]\n"
                        .formatted(quoted));
    }

    @Test
    void variablesThatHoldVariablesAreNotExpandedAgain() {
        var bomb = Map.of("A", "${B}${B}", "B", "${A}${A}");
        var loader = new ConfigLoader(Load.DRIVERS, bomb);
        assertTimeoutPreemptively(
                SOON, () -> catchThrowable(() -> loader.loadText("f", "labels: [{name: '${A}'}]", Strictness.STRICT)));
    }

    @Test
    void anyCharactersAreAConfigurationOrProblems() {
        var seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        var alphabet = "{}[]:,-?&*!|>'\"%@`#<~ \n\t\\0aé\u0000\uFEFF\u2028";
        for (var round = 0; round < ROUNDS; round++) {
            var text = new StringBuilder();
            for (var i = random.nextInt(60); i >= 0; i--) {
                text.append(
                        random.nextInt(12) == 0
                                ? "labels: "
                                : String.valueOf(alphabet.charAt(random.nextInt(alphabet.length()))));
            }
            var thrown = catchThrowable(() -> Load.loader().loadText("f", text.toString(), Strictness.STRICT));
            if (thrown != null) {
                assertThat(thrown).as("seed %d: %s", seed, text).isInstanceOf(ConfigException.class);
            }
        }
        Proof.note("Fuzzed configurations, any characters", ROUNDS);
    }

    @Test
    void textIsReadAsUtf8Only() throws Exception {
        var file = directory.resolve("latin.yaml");
        Files.write(file, "labels: [{name: é}]".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(catchThrowable(() -> Load.loader().load(file, Optional.empty(), Strictness.STRICT)))
                .isInstanceOf(ConfigException.class);
    }
}
