package dev.nodepool.drivers.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.drivers.fake.FaultRule.Chance;
import dev.nodepool.drivers.fake.FaultRule.Every;
import dev.nodepool.drivers.fake.FaultRule.Times;
import dev.nodepool.drivers.fake.FaultRule.Trigger;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    @Test
    void strikesEveryNthCall() {
        assertThat(strikes(new Every(3), 9)).containsExactly(3, 6, 9);
    }

    @Test
    void strikesTheFirstCalls() {
        assertThat(strikes(new Times(2), 9)).containsExactly(1, 2);
    }

    @Test
    void strikesByChance() {
        assertThat(strikes(new Chance(0.25), 10_000)).hasSizeBetween(2300, 2700);
        assertThat(strikes(new Chance(0), 100)).isEmpty();
        assertThat(strikes(new Chance(1), 100)).hasSize(100);
    }

    @Test
    void countsEachOperationByItself() {
        var plan = plan(new FaultRule(Operation.CREATE, FaultKind.QUOTA, new Every(2)));

        plan.draw(Operation.DELETE);

        assertThat(plan.draw(Operation.CREATE)).isEmpty();
        assertThat(plan.draw(Operation.CREATE)).isPresent();
    }

    @Test
    void letsTheFirstRuleThatAppliesWin() {
        var first = new FaultRule(Operation.LIST, FaultKind.RATE, new Every(2));
        var second = new FaultRule(Operation.LIST, FaultKind.UNAVAILABLE, new Every(1));
        var plan = plan(first, second);

        assertThat(plan.draw(Operation.LIST)).contains(second);
        assertThat(plan.draw(Operation.LIST)).contains(first);
    }

    @Test
    void forgetsItsRules() {
        var plan = plan(new FaultRule(Operation.LIST, FaultKind.RATE, new Every(1)));

        plan.clear();

        assertThat(plan.draw(Operation.LIST)).isEmpty();
    }

    private static List<Integer> strikes(Trigger trigger, int calls) {
        var plan = plan(new FaultRule(Operation.CREATE, FaultKind.QUOTA, trigger));
        return IntStream.rangeClosed(1, calls)
                .filter(call -> plan.draw(Operation.CREATE).isPresent())
                .boxed()
                .toList();
    }

    private static FaultPlan plan(FaultRule... rules) {
        return new FaultPlan(List.of(rules), new Random(42));
    }
}
