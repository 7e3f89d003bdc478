package dev.nodepool.internal.dib;

import java.util.ArrayList;
import java.util.List;

/** Splits a command as a POSIX shell would, without doing anything else a shell does. */
final class ShellWords {

    private static final char NONE = 0;

    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private char quote = NONE;

    private ShellWords(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException when a quote is not closed or a backslash ends the text */
    static List<String> split(String text) {
        return new ShellWords(text).split();
    }

    private List<String> split() {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '\\' && quote != '\'') {
                if (++i == text.length()) {
                    throw new IllegalArgumentException("a backslash ends the command: " + text);
                }
                escaped(text.charAt(i));
            } else if (quote != NONE) {
                quoted(c);
            } else {
                plain(c);
            }
        }
        if (quote != NONE) {
            throw new IllegalArgumentException("a quote is not closed in the command: " + text);
        }
        endWord();
        return words;
    }

    private void escaped(char c) {
        // Within double quotes a backslash stands for itself unless it protects one of these.
        if (quote == '"' && c != '"' && c != '\\') {
            word.append('\\');
        }
        word.append(c);
        inWord = true;
    }

    private void quoted(char c) {
        if (c == quote) {
            quote = NONE;
        } else {
            word.append(c);
        }
    }

    private void plain(char c) {
        if (c == '\'' || c == '"') {
            quote = c;
            inWord = true;
        } else if (Character.isWhitespace(c)) {
            endWord();
        } else {
            word.append(c);
            inWord = true;
        }
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
