package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.runner.library.ScriptedLibrary;
import dev.nodepool.testing.Behaviour;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class ProgramsTest {

    private final ScriptedLibrary library = new ScriptedLibrary();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void saysItsVersionOnStandardOutput() {
        assertThat(run(Programs.launcher(library), "--version")).isZero();
        assertThat(out.toString()).startsWith("Nodepool version: ");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void showsHelpOnStandardOutput(String option) {
        assertThat(run(Programs.launcher(library), option)).isZero();
        assertThat(out.toString()).startsWith("Usage: nodepool-launcher").contains("--no-webapp");
    }

    @Test
    void endsWithTwoAndTheTextOnStandardErrorAfterWrongUsage() {
        assertThat(run(Programs.launcher(library), "--nonsense")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("Usage: nodepool-launcher")
                .contains("nodepool-launcher: error: Unknown option");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void refusesATimeLimitThatIsNotInSeconds() {
        assertThat(run(Programs.launcher(library), "--drain", "-3")).isEqualTo(2);
        assertThat(err.toString()).contains("--drain").contains("not a number of seconds");
    }

    @Test
    @Behaviour("C18")
    void showsItsHelpWithoutASubcommandAndEndsWithOne() {
        assertThat(run(nodepool())).isEqualTo(1);
        assertThat(out.toString()).startsWith("Usage: nodepool").contains("dib-image-list");
    }

    @Test
    void knowsNoOtherSubcommands() {
        assertThat(run(nodepool(), "alien-list")).isEqualTo(2);
        assertThat(err.toString())
                .contains("nodepool: error: unknown command 'alien-list'")
                .contains("alien-image-list");
    }

    @Test
    void saysWhichArgumentIsOneTooMany() {
        assertThat(run(nodepool(), "list", "0000000001")).isEqualTo(2);
        assertThat(err.toString()).endsWith("nodepool list: error: one argument too many: '0000000001'\n");
    }

    @Test
    void printsWhatAShellNeedsToCompleteIt() {
        assertThat(run(nodepool(), "completion")).isZero();
        assertThat(out.toString()).startsWith("#!/usr/bin/env bash").contains("dib-image-delete", "complete -F");
    }

    @Test
    void understandsShortenedLongOptions() {
        assertThat(run(Programs.launcher(library), "--vers")).isZero();
        assertThat(out.toString()).startsWith("Nodepool version: ");
    }

    @Test
    void refusesTheConsoleOfPython() {
        assertThat(run(Programs.launcher(library), "-f", "--repl")).isEqualTo(1);
        assertThat(err.toString()).contains("--repl is not supported");
    }

    @Test
    void refusesANegativeNumberOfWorkers() {
        assertThat(run(Programs.builder(library), "-f", "--build-workers", "-1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("nodepool-builder: error: a number of workers can not be negative");
    }

    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void showsEveryProblemOfABrokenConfigurationWithItsPlace(String where) {
        library.configIsBroken = true;
        String[] args = where.equals("before")
                ? new String[] {"-c", "broken.yaml", "config-validate"}
                : new String[] {"config-validate", "-c", "broken.yaml"};
        assertThat(run(nodepool(), args)).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("broken.yaml:6:3: labels[0].min-ready: must be a whole number");
    }

    @Test
    void launcherDoesNotStartWithABrokenConfiguration() {
        library.configIsBroken = true;
        assertThat(run(Programs.launcher(library), "-f", "-c", "broken.yaml")).isEqualTo(1);
        assertThat(err.toString()).contains("broken.yaml:6:3");
        assertThat(library.pool.calls).isEmpty();
    }

    @Test
    @Behaviour("C08")
    void acceptsAGoodConfiguration() {
        assertThat(run(nodepool(), "config-validate", "-c", "good.yaml")).isZero();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void namesADriverDirectoryThatIsNotThere(@TempDir Path directory) {
        Path missing = directory.resolve("drivers");
        assertThat(run(Programs.launcher(library), "-f", "--driver-path", missing.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains(missing + " is not a directory");
    }

    private CommandLine nodepool() {
        return Programs.nodepool(library, new ScriptedQuestions());
    }

    private int run(CommandLine program, String... args) {
        return program.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
