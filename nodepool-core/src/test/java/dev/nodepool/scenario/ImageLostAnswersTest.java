package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.UploadState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The connection breaks at every write of a builder once, with and without effect; the session lives on. */
class ImageLostAnswersTest {

    @TempDir
    private Path root;

    private int runs;

    @Test
    void nothingIsLostNorDoneTwiceWhicheverAnswerIsLost() {
        var writes = run(Integer.MAX_VALUE, true);
        assertThat(writes).isGreaterThan(30);
        for (var write = 1; write <= writes; write++) {
            for (var before : new boolean[] {true, false}) {
                try {
                    run(write, before);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("lost " + (before ? "write " : "answer of write ") + write, e);
                }
            }
        }
        System.out.println("writes of an image's life: " + writes);
    }

    private int run(int lostWrite, boolean before) {
        var scenario = new ImageScenario(root.resolve("run" + ++runs));
        var builder = scenario.builder(BuildAndUploadTest.ONE);
        var count = new int[1];
        Predicate<MemoryTree.Call> which = call -> !call.operations().isEmpty() && ++count[0] == lostWrite;
        if (before) {
            builder.probe.loseBefore(which);
        } else {
            builder.probe.loseAfter(which);
        }
        for (var build = 1; build <= 3; build++) {
            scenario.ask("img");
            scenario.passUntil(() -> !scenario.asked("img"), Duration.ofMinutes(2));
        }
        scenario.passUntil(
                () -> scenario.builds("img").size() == 2
                        && scenario.builds("img").stream().allMatch(b -> b.state() == BuildState.READY)
                        && scenario.uploads("img", "fake-one", UploadState.READY)
                                        .size()
                                == 2
                        && scenario.uploads("img", "fake-one").size() == 2
                        && scenario.stored("fake-one").size() == 2
                        && builder.files().size() == 8
                        && builder.leftovers().isEmpty(),
                Duration.ofMinutes(5));
        return count[0];
    }
}
