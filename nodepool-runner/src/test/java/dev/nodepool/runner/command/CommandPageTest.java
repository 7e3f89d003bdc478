package dev.nodepool.runner.command;

import dev.nodepool.runner.library.ScriptedLibrary;
import dev.nodepool.testing.GeneratedPage;
import java.util.LinkedHashSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The page about the command line says what the programs say themselves. */
final class CommandPageTest {

    private final ScriptedLibrary library = new ScriptedLibrary();

    @Test
    void pageHasTheHelpOfEveryProgramAndCommand() {
        CommandLine nodepool = Programs.nodepool(library, new ScriptedQuestions());
        Stream<CommandLine> programs = Stream.of(Programs.launcher(library), Programs.builder(library), nodepool);
        Stream<CommandLine> commands =
                new LinkedHashSet<>(nodepool.getSubcommands().values()).stream();
        GeneratedPage.compare(
                "docs/cli.md",
                """
                # Command line

                What the programs answer to `--help`. Guides: [Operation](operation.md) for the daemons, [The
                command](command.md), [The builder](builder.md).

                """
                        + Stream.concat(programs, commands)
                                .map(CommandPageTest::part)
                                .collect(Collectors.joining("\n")),
                getClass());
    }

    private static String part(CommandLine program) {
        program.setUsageHelpWidth(100).setUsageHelpAutoWidth(false);
        return "## " + program.getCommandSpec().qualifiedName() + "\n\n```\n"
                + program.getUsageMessage(Ansi.OFF).replaceAll("(?m) +$", "").replaceAll("\\R", "\n") + "```\n";
    }
}
