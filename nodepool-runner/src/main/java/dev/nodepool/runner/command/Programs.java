package dev.nodepool.runner.command;

import dev.nodepool.admin.AdminException;
import dev.nodepool.config.ConfigException;
import dev.nodepool.runner.daemon.Signals;
import dev.nodepool.runner.library.CoreLibrary;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.profile.DebugSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The programs in the jar and what they have in common: {@code launcher} and {@code builder} are daemons with options of
 * their own, everything else is the command {@code nodepool}.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong usage.
 */
public final class Programs {

    private Programs() {}

    /** Runs the program that the first argument names and returns its exit code. */
    public static int run(String... args) {
        Library library = new CoreLibrary();
        String first = args.length == 0 ? "" : args[0];
        return switch (first) {
            case "launcher" -> daemon(launcher(library), rest(args));
            case "builder" -> daemon(builder(library), rest(args));
            default ->
                nodepool(library, new Terminal())
                        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                        .execute(args);
        };
    }

    private static int daemon(CommandLine program, String... args) {
        Signals.onDebug(new DebugSignal(System.getenv(), Path.of(System.getProperty("java.io.tmpdir")))::received);
        return program.execute(args);
    }

    static CommandLine launcher(Library library) {
        return prepared(new CommandLine(new LauncherCommand(library)));
    }

    static CommandLine builder(Library library) {
        return prepared(new CommandLine(new BuilderCommand(library)));
    }

    static CommandLine nodepool(Library library, Questions questions) {
        NodepoolCommand root = new NodepoolCommand();
        CommandLine program = new CommandLine(root)
                .addSubcommand(new ListCommand(root, library))
                .addSubcommand(new DeleteCommand(root, library, questions))
                .addSubcommand(new HoldCommand(root, library));
        ListingCommand.addTo(program, root, library);
        ImageCommand.addTo(program, root, library);
        program.addSubcommand(new ImageDeleteCommand(root, library, questions))
                .addSubcommand(new DibImageDeleteCommand(root, library, questions))
                .addSubcommand(new AlienImageListCommand(root, library))
                .addSubcommand(new InfoCommand(root, library))
                .addSubcommand(new EraseCommand(root, library, questions))
                .addSubcommand(new ExportCommand(root, library))
                .addSubcommand(new ImportCommand(root, library, questions))
                .addSubcommand(new ExplainCommand(root, library))
                .addSubcommand(new DrainCommand(root, library, questions))
                .addSubcommand(new PlanCommand(root, library))
                .addSubcommand(new SweepCommand(root, library))
                .addSubcommand(new ConfigValidateCommand(root, library))
                .addSubcommand(new DriverCheckCommand(root))
                .addSubcommand(new DemoCommand(root, library))
                .addSubcommand(new RehearseCommand(root, library))
                .addSubcommand(new CompletionCommand());
        return prepared(program);
    }

    private static CommandLine prepared(CommandLine program) {
        return program.setAbbreviatedOptionsAllowed(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, args) -> {
                    CommandLine at = wrong.getCommandLine();
                    at.getErr()
                            .print(at.getHelp().synopsisHeading()
                                    + at.getHelp().synopsis(at.getHelp().synopsisHeadingLength()));
                    at.getErr().println(error(at.getCommandSpec(), whatIsWrong(wrong)));
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, at, parsed) -> {
                    if (failure instanceof ConfigException config) {
                        config.problems().forEach(at.getErr()::println);
                    } else if (failure instanceof IOException || failure instanceof AdminException) {
                        at.getErr().println(error(at.getCommandSpec(), String.valueOf(failure.getMessage())));
                    } else {
                        failure.printStackTrace(at.getErr());
                    }
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    private static String whatIsWrong(ParameterException wrong) {
        if (!(wrong instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
            return String.valueOf(wrong.getMessage());
        }
        String first = unmatched.getUnmatched().get(0);
        if (wrong.getCommandLine().getSubcommands().isEmpty()) {
            return "one argument too many: '%s'".formatted(first);
        }
        List<String> similar = unmatched.getSuggestions();
        return "unknown command '%s'%s; --help lists all"
                .formatted(first, similar.isEmpty() ? "" : ", similar: " + String.join(", ", similar));
    }

    private static String error(CommandSpec spec, String text) {
        return spec.qualifiedName() + ": error: " + text;
    }

    private static String[] rest(String... args) {
        List<String> rest = Arrays.asList(args).subList(1, args.length);
        return rest.toArray(String[]::new);
    }
}
