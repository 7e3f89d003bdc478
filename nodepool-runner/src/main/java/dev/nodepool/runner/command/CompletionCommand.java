package dev.nodepool.runner.command;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete this command. */
@Command(
        name = "completion",
        description = "Print a script that lets bash or zsh complete this command: source <(nodepool completion)")
final class CompletionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        root.getOut().println(AutoComplete.bash(root.getCommandName(), root));
        return 0;
    }
}
