package dev.nodepool.runner.command;

import dev.nodepool.admin.AdminException;
import dev.nodepool.config.ConfigException;
import dev.nodepool.runner.library.CoreLibrary;
import dev.nodepool.runner.library.Library;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

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
            case "launcher" -> launcher(library).execute(rest(args));
            case "builder" -> builder(library).execute(rest(args));
            default -> nodepool(library).execute(args);
        };
    }

    static CommandLine launcher(Library library) {
        return prepared(new CommandLine(new LauncherCommand(library)));
    }

    static CommandLine builder(Library library) {
        return prepared(new CommandLine(new BuilderCommand(library)));
    }

    static CommandLine nodepool(Library library) {
        NodepoolCommand root = new NodepoolCommand();
        return prepared(new CommandLine(root)
                .addSubcommand(new ConfigValidateCommand(root, library))
                .addSubcommand(new DriverCheckCommand(root))
                .addSubcommand(new DemoCommand(root, library))
                .addSubcommand(new SweepCommand(root, library)));
    }

    private static CommandLine prepared(CommandLine program) {
        return program.setAbbreviatedOptionsAllowed(true)
                .setParameterExceptionHandler((wrong, args) -> {
                    CommandLine at = wrong.getCommandLine();
                    at.getErr()
                            .print(at.getHelp().synopsisHeading() + at.getHelp().synopsis(0));
                    at.getErr().println(error(at.getCommandSpec(), String.valueOf(wrong.getMessage())));
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

    private static String error(CommandSpec spec, String text) {
        return spec.qualifiedName() + ": error: " + text;
    }

    private static String[] rest(String... args) {
        List<String> rest = Arrays.asList(args).subList(1, args.length);
        return rest.toArray(String[]::new);
    }
}
