package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Ready nodes are given to one request each, and go only when that is needed, however the rounds fall. */
class ReadyStockTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void readyNodeIsPromisedToOneRequestWhateverMomentAnotherComes() {
        var moments = reuseWithAnotherAskingAt(Integer.MAX_VALUE);
        assertThat(moments).isGreaterThan(3);
        for (var moment = 1; moment <= moments; moment++) {
            reuseWithAnotherAskingAt(moment);
        }
    }

    private static int reuseWithAnotherAskingAt(int moment) {
        var scenario = new Scenario();
        var launcher = scenario.launcher(LaunchTest.config("instances: 2", ""));
        scenario.stock("a");
        launcher.probe.forget();
        var passed = new AtomicInteger();
        var requests = new ArrayList<CompletableFuture<String>>();
        launcher.probe.onPoint(point -> {
            if (passed.incrementAndGet() == moment) {
                requests.add(scenario.askMeanwhile("a"));
            }
        });
        requests.add(scenario.askMeanwhile("a"));
        scenario.pass(Duration.ofSeconds(5));
        assertThat(requests).allSatisfy(request -> {
            var id = request.join();
            assertThat(scenario.state(id)).isEqualTo("fulfilled");
            assertThat(writesOf(launcher, id))
                    .describedAs("taken once and fulfilled once; the other came at moment " + moment)
                    .isEqualTo(2);
        });
        return passed.get();
    }

    private static long writesOf(Scenario.Running launcher, String request) {
        return launcher.probe.writes().stream()
                .flatMap(call -> call.operations().stream())
                .filter(op -> op instanceof Op.Set && op.path().equals(Layout.request(request)))
                .count();
    }

    @Test
    void oneNodeMakesRoomHoweverManyRoundsThereAreBeforeItIsGone() {
        var moments = evictWithARoundAt(Integer.MAX_VALUE);
        assertThat(moments).isGreaterThan(10);
        for (var moment = 1; moment <= moments; moment++) {
            evictWithARoundAt(moment);
        }
    }

    private static int evictWithARoundAt(int moment) {
        var scenario = new Scenario();
        var config = LaunchTest.config("instances: 3, delete-seconds: 2", "");
        var launcher = scenario.launcher(config);
        scenario.stock("a", "b", "b");
        var passed = new AtomicInteger();
        launcher.probe.onPoint(point -> {
            if (passed.incrementAndGet() == moment) {
                launcher.launcher.apply(launcher.parse(config));
            }
        });
        var next = scenario.ask("c");
        scenario.passUntil(() -> scenario.state(next).equals("fulfilled"), LONG);
        assertThat(scenario.cloud.calls("create"))
                .describedAs("round at moment " + moment)
                .isEqualTo(4);
        assertThat(scenario.cloud.calls("delete"))
                .describedAs("round at moment " + moment)
                .isEqualTo(1);
        return passed.get();
    }
}
