package dev.nodepool.runner.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A person who gives the same answer to every question, or nobody. */
final class ScriptedQuestions implements Questions {

    final List<String> asked = new ArrayList<>();
    boolean somebodyThere;
    Optional<String> answer = Optional.empty();

    @Override
    public boolean somebodyThere() {
        return somebodyThere;
    }

    @Override
    public Optional<String> ask(String text) {
        asked.add(text);
        return answer;
    }
}
