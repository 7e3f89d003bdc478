package dev.nodepool;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs no program of the machine, but its time. */
final class StartStopHostIT extends StartStopBase {

    @Test
    void launcherBuilderAndClientLeaveNothingBehindAfterAHundredLives(@TempDir Path images) throws Exception {
        startsAndStops(100, images);
    }
}
