package dev.nodepool.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.retention.Evidence.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class LeaksTest {

    private static final Records FULL = new Records(1, 2, false);
    private static final Records EMPTY = new Records(1, 2, true);
    private static final Records MADE_ANEW = new Records(3, 2, false);
    private static final Thing LEAK = machine("leak");

    private Leaks leaks = Leaks.NONE_SEEN;
    private Caution caution = Caution.NONE;
    private double now = 1000;

    private static Thing machine(String id) {
        return new Thing(Thing.INSTANCES, id);
    }

    private static List<Sight> known(int count) {
        var sights = new ArrayList<Sight>();
        for (var i = 0; i < count; i++) {
            sights.add(new Sight(machine("known-" + i), true, true));
        }
        return sights;
    }

    private static List<Sight> and(List<Sight> some, Thing... unknown) {
        var all = new ArrayList<>(some);
        List.of(unknown).forEach(thing -> all.add(new Sight(thing, true, false)));
        return all;
    }

    private static Thing[] unknown(String kind, int count) {
        var things = new Thing[count];
        for (var i = 0; i < count; i++) {
            things[i] = new Thing(kind, "unknown-" + i);
        }
        return things;
    }

    private Leaks.Verdict judge(Records records, List<Sight> sights) {
        return judge(records, sights, true);
    }

    private Leaks.Verdict judge(Records records, List<Sight> sights, boolean everything) {
        var verdict = leaks.judge(new Evidence(sights, everything, records), caution, now);
        leaks = verdict.next();
        caution = verdict.caution();
        return verdict;
    }

    @Test
    void twoSightingsAMinuteApartProveALeak() {
        var sights = and(known(3), LEAK);
        assertThat(judge(FULL, sights).proven()).isEmpty();
        now += 59;
        assertThat(judge(FULL, sights).proven()).isEmpty();
        now += 1;
        var verdict = judge(FULL, sights);
        assertThat(verdict.proven()).containsExactly(LEAK);
        assertThat(verdict.freeze()).isEmpty();
        assertThat(verdict.counts()).containsEntry("instances", new Leaks.Count(4, 1));
    }

    @Test
    void whatWasKnownOrAbsentInBetweenBeginsAnew() {
        judge(FULL, and(known(3), LEAK));
        now += 60;
        judge(FULL, and(known(3), machine("other")));
        now += 60;
        assertThat(judge(FULL, and(known(3), LEAK)).proven()).isEmpty();
    }

    @Test
    void theLongestUnknownGoesFirst() {
        judge(FULL, and(known(9), machine("b")));
        now += 30;
        judge(FULL, and(known(9), machine("b"), machine("a"), machine("c")));
        now += 90;
        assertThat(judge(FULL, and(known(9), machine("c"), machine("b"), machine("a")))
                        .proven())
                .containsExactly(machine("b"), machine("a"), machine("c"));
    }

    @Test
    void moreThanFiveAndMoreThanAFifthAreSuspicious() {
        for (var known : List.of(24, 23)) {
            leaks = Leaks.NONE_SEEN;
            judge(FULL, and(known(known), unknown("instances", 6)));
            now += 60;
            var verdict = judge(FULL, and(known(known), unknown("instances", 6)));
            assertThat(verdict.proven()).hasSize(known == 24 ? 6 : 0);
            assertThat(verdict.held()).hasSize(known == 24 ? 0 : 6);
        }
        leaks = Leaks.NONE_SEEN;
        judge(FULL, and(known(0), unknown("instances", 5)));
        now += 60;
        assertThat(judge(FULL, and(known(0), unknown("instances", 5))).proven()).hasSize(5);
    }

    @Test
    void doubtEndsWhenTheShareFalls() {
        judge(FULL, and(known(3), unknown("instances", 6)));
        now += 60;
        assertThat(judge(FULL, and(known(3), unknown("instances", 6))).freeze()).contains(Freeze.SHARE);
        now += 60;
        var verdict = judge(FULL, and(known(3), unknown("instances", 5)));
        assertThat(verdict.freeze()).isEmpty();
        assertThat(verdict.proven()).hasSize(5);
    }

    @Test
    void recordsMadeAnewFreezeWhateverTheShare() {
        judge(MADE_ANEW, and(known(100), LEAK));
        now += 600;
        var verdict = judge(MADE_ANEW, and(known(100), LEAK));
        assertThat(verdict.freeze()).contains(Freeze.MADE_ANEW);
        assertThat(verdict.proven()).isEmpty();
        assertThat(verdict.held()).containsExactly(LEAK);
    }

    @Test
    void recordsMadeAnewAreTrustedWhenNothingIsUnknownAndNotWhenMadeAnewAgain() {
        judge(MADE_ANEW, known(1), false);
        assertThat(caution.trusted()).isZero();
        judge(MADE_ANEW, known(1));
        assertThat(caution.trusted()).isEqualTo(3);
        judge(MADE_ANEW, and(known(1), LEAK));
        now += 60;
        assertThat(judge(MADE_ANEW, and(known(1), LEAK)).proven()).containsExactly(LEAK);
        assertThat(judge(new Records(9, 2, false), and(known(1), LEAK)).freeze())
                .contains(Freeze.MADE_ANEW);
    }

    @Test
    void whatIsUnknownWithoutAnyRecordStaysUntilItIsKnownOrGoneOrConfirmed() {
        var orphans = unknown("instances", 3);
        assertThat(judge(EMPTY, and(known(0), orphans)).freeze()).contains(Freeze.EMPTY);
        now += 600;
        var verdict = judge(FULL, and(known(1), orphans));
        assertThat(verdict.freeze()).contains(Freeze.WITHHELD);
        assertThat(verdict.proven()).isEmpty();
        verdict = judge(FULL, and(known(1), orphans[0]));
        assertThat(verdict.held()).containsExactly(orphans[0]);
        caution = new Caution(caution.withheld(), Set.of(orphans[0]), 0);
        verdict = judge(FULL, and(known(1), orphans[0]));
        assertThat(verdict.proven()).containsExactly(orphans[0]);
        assertThat(verdict.freeze()).isEmpty();
        verdict = judge(FULL, known(1));
        assertThat(verdict.caution()).isEqualTo(Caution.NONE);
    }

    @Test
    void leakOlderThanTheEmptinessIsOnlyHeldWhileItLasts() {
        judge(FULL, and(known(1), LEAK));
        now += 600;
        assertThat(judge(EMPTY, and(known(0), LEAK)).held()).containsExactly(LEAK);
        now += 60;
        assertThat(judge(FULL, and(known(1), LEAK)).proven()).containsExactly(LEAK);
    }

    @Test
    void whatBecameUnknownShortlyBeforeTheRecordsWereGoneStays() {
        judge(FULL, and(known(1), LEAK));
        now += 599;
        judge(EMPTY, and(known(0), LEAK));
        now += 600;
        assertThat(judge(FULL, and(known(1), LEAK)).freeze()).contains(Freeze.WITHHELD);
    }

    @Test
    void whenTooMuchIsUnknownWithoutRecordsAllOfItStays() {
        var things = unknown("instances", 6);
        judge(FULL, and(known(9), things));
        now += 3600;
        judge(EMPTY, and(known(0), things));
        now += 60;
        assertThat(judge(FULL, and(known(99), things)).held()).containsExactlyInAnyOrder(things);
    }

    @Test
    void confirmationCoversWhatItNamesAndNoMore() {
        var all = unknown("instances", 8);
        judge(FULL, and(known(1), all));
        now += 60;
        caution = new Caution(Set.of(), Set.of(all[0], all[1]), 0);
        var verdict = judge(FULL, and(known(1), all));
        assertThat(verdict.proven()).containsExactly(all[0], all[1]);
        assertThat(verdict.freeze()).contains(Freeze.SHARE);
        assertThat(verdict.held()).hasSize(6);
        now += 60;
        judge(FULL, and(known(1), all[1], all[2]));
        assertThat(caution.confirmed()).containsExactly(all[1]);
    }

    @Test
    void whatBecomesKnownIsNoLongerConfirmed() {
        caution = new Caution(Set.of(), Set.of(LEAK), 0);
        var sights = new ArrayList<>(known(1));
        sights.add(new Sight(LEAK, true, true));
        judge(FULL, sights);
        assertThat(caution.confirmed()).isEmpty();
    }

    @Test
    void withoutAListOfResourcesTheirSightingsLastAndNoneIsDeleted() {
        var port = new Thing("ports", "p");
        judge(FULL, and(known(1), port));
        now += 60;
        assertThat(judge(FULL, and(known(1), LEAK), false).proven()).isEmpty();
        now += 60;
        assertThat(judge(FULL, and(known(1), port, LEAK)).proven()).containsExactly(port, LEAK);
    }

    @Test
    void suspiciousResourcesHoldBackTheirKindAndSuspiciousMachinesEverything() {
        var volumes = unknown("volumes", 6);
        var ruled = new Sight(new Thing("ports", "p"), false, false);
        var sights = and(known(3), volumes);
        sights.add(ruled);
        sights.addAll(and(List.of(), LEAK));
        judge(FULL, sights);
        now += 60;
        var verdict = judge(FULL, sights);
        assertThat(verdict.proven()).containsExactly(LEAK, ruled.thing());
        assertThat(verdict.held()).containsExactlyInAnyOrder(volumes);
        sights.addAll(and(List.of(), unknown("instances", 6)));
        verdict = judge(FULL, sights);
        assertThat(verdict.proven()).isEmpty();
        assertThat(verdict.held()).hasSize(14);
    }

    @Test
    void whatADriverVouchesForIsNoSignOfLostRecords() {
        var sights = new ArrayList<Sight>();
        for (var port : unknown("ports", 50)) {
            sights.add(new Sight(port, false, false));
        }
        judge(EMPTY, sights);
        now += 60;
        var verdict = judge(EMPTY, sights);
        assertThat(verdict.freeze()).isEmpty();
        assertThat(verdict.proven()).hasSize(50);
    }

    @Test
    void whatIsKnownIsNeverProvenWhateverIsConfirmed() {
        var sight = new Sight(LEAK, true, true);
        caution = new Caution(Set.of(LEAK), Set.of(LEAK), 3);
        for (var records : List.of(FULL, EMPTY, MADE_ANEW)) {
            now += 100;
            assertThat(judge(records, List.of(sight)).proven()).noneMatch(Predicate.isEqual(LEAK));
        }
    }
}
