package dev.nodepool;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StartStopIT extends StartStopBase {

    @Test
    void launcherBuilderAndClientLeaveNothingBehind(@TempDir Path images) throws Exception {
        startsAndStops(20, images);
    }
}
