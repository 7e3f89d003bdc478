package dev.nodepool.runner.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.runner.Program;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DemoIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @Test
    void bringsBothNodesGivesThemBackAndExitsWithZero() throws Exception {
        try (Program demo = Program.startJar("demo", "--once")) {
            assertThat(demo.waitFor(LIMIT)).as(demo::told).isZero();
            assertThat(demo.out())
                    .containsPattern("\\d{10}  demo-small  (ready|in-use)  \\S+ .*building \\d+\\.\\d{3} s");
            assertThat(demo.out())
                    .containsPattern("\\d{10}  demo-large  (ready|in-use)  \\S+ .*building \\d+\\.\\d{3} s");
            assertThat(demo.out()).contains("all nodes are deleted");
            assertThat(demo.err()).isEmpty();
        }
    }

    @Test
    void staysUntilItIsInterruptedAndThenGivesTheNodesBack() throws Exception {
        try (Program demo = Program.startJar("demo")) {
            demo.awaitOut("The nodes stay until Ctrl-C", LIMIT);
            demo.signal("INT");
            assertThat(demo.waitFor(LIMIT)).as(demo::told).isZero();
            assertThat(demo.out()).contains("all nodes are deleted");
        }
    }

    @Test
    void showsProblemsOfAWrongOptionBeforeItStartsAnything() throws Exception {
        try (Program demo = Program.startJar("demo", "--port", "many")) {
            assertThat(demo.waitFor(LIMIT)).isEqualTo(2);
            assertThat(List.of(demo.out().split("\n"))).containsExactly("");
            assertThat(demo.err()).contains("--port");
        }
    }
}
