package dev.nodepool.runner.command;

import dev.nodepool.runner.library.Library;
import picocli.CommandLine.Option;

/** A subcommand whose work can not be undone: it asks before, if there is somebody to ask. */
abstract class DestructiveCommand extends AdminCommand {

    private final Questions questions;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask. Without a terminal nobody is asked anyway.")
    private boolean yes;

    DestructiveCommand(NodepoolCommand nodepool, Library library, Questions questions) {
        super(nodepool, library);
        this.questions = questions;
    }

    /** Whether it is to be done; says so when it is not. */
    final boolean agreed(String question) {
        if (yes || !questions.somebodyThere() || agrees(questions, question)) {
            return true;
        }
        out().println("Aborting.");
        return false;
    }

    static boolean agrees(Questions questions, String question) {
        return questions
                .ask(question + " [N/y] ")
                .filter(answer -> answer.equalsIgnoreCase("y"))
                .isPresent();
    }
}
