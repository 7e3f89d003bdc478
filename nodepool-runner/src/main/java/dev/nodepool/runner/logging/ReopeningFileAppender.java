package dev.nodepool.runner.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a file and opens it again when somebody has moved it away, as logrotate does.
 *
 * <p>Thread-safe: {@link FileAppender} calls {@link #subAppend} one after the other.
 */
final class ReopeningFileAppender extends FileAppender<ILoggingEvent> {

    private @Nullable Object openFile;

    @Override
    public void openFile(String name) throws IOException {
        super.openFile(name);
        openFile = key();
    }

    @Override
    protected void subAppend(ILoggingEvent event) {
        try {
            if (!Objects.equals(openFile, key())) {
                openFile(getFile());
            }
        } catch (IOException e) {
            addError("Can not open " + getFile() + " again", e);
        }
        super.subAppend(event);
    }

    private @Nullable Object key() throws IOException {
        Path path = new File(getFile()).toPath();
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
