package dev.nodepool.config;

import dev.nodepool.driver.config.Mark;
import dev.nodepool.driver.config.Problems;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The text of a file before anything is done with it.
 *
 * @param name how messages call it
 * @param secret whether messages may show none of its values
 */
record Source(String name, String text, boolean secret) {

    /** The text of a file; empty after the reason was reported why it can not be read. */
    static Optional<Source> of(Path file, Content content, boolean secret, Problems problems) {
        try {
            return Optional.of(new Source(file.toString(), content.text(), secret));
        } catch (NoSuchFileException e) {
            return unreadable(file, "the file does not exist", problems);
        } catch (CharacterCodingException e) {
            return unreadable(file, "the file is not UTF-8", problems);
        } catch (IOException e) {
            return unreadable(file, "the file can not be read: " + e, problems);
        }
    }

    private static Optional<Source> unreadable(Path file, String why, Problems problems) {
        problems.error(new Mark(file.toString(), 1, 1), "(root)", why);
        return Optional.empty();
    }
}
