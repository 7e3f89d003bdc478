package dev.nodepool.internal.dib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShellWordsTest {

    @Test
    void splitsAtBlanksAndKeepsWhatIsQuoted() {
        assertThat(ShellWords.split("  disk-image-create -n  'a b' \"c \\\" d\" e\\ f '' x'y'z "))
                .containsExactly("disk-image-create", "-n", "a b", "c \" d", "e f", "", "xyz");
        assertThat(ShellWords.split("\"a\\n\" '\\'")).containsExactly("a\\n", "\\");
        assertThat(ShellWords.split(" ")).isEmpty();
    }

    @Test
    void refusesWhatAShellWouldWaitFor() {
        assertThatThrownBy(() -> ShellWords.split("a 'b")).hasMessageContaining("quote");
        assertThatThrownBy(() -> ShellWords.split("a \\")).hasMessageContaining("backslash");
    }
}
