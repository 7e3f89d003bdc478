package dev.nodepool.internal.dib;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What a failure with files says to people: the exceptions of the JDK often name the file and nothing else. */
public final class FileFaults {

    private FileFaults() {}

    public static String text(Throwable failure) {
        var cause = failure instanceof UncheckedIOException unchecked ? unchecked.getCause() : failure;
        if (cause instanceof FileSystemException fault && fault.getReason() == null) {
            return fault.getMessage() + ": " + reason(fault);
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static String reason(FileSystemException fault) {
        if (fault instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (fault instanceof AccessDeniedException) {
            return "permission denied";
        }
        return fault instanceof NotDirectoryException
                ? "not a directory"
                : fault.getClass().getSimpleName();
    }
}
