package dev.nodepool.internal.dib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFaultsTest {

    @TempDir
    private Path directory;

    @Test
    void saysWhatIsWrongWithTheFileThatTheExceptionNames() {
        var missing = directory.resolve("missing");
        assertThat(FileFaults.text(catchThrowable(() -> Files.size(missing))))
                .isEqualTo(missing + ": no such file or directory");
        assertThat(FileFaults.text(new AccessDeniedException("/a"))).isEqualTo("/a: permission denied");
    }

    @Test
    void showsNoNamesOfClassesWhereThereAreWords() {
        var failure = new IOException("there is no image /a.raw");
        assertThat(FileFaults.text(new UncheckedIOException(failure))).isEqualTo("there is no image /a.raw");
        assertThat(FileFaults.text(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void leavesAloneWhatSaysItAlready() {
        var file = directory.resolve("full");
        var failure = new FileSystemException(file.toString(), null, "No space left on device");
        assertThat(FileFaults.text(failure)).isEqualTo(file + ": No space left on device");
    }
}
