package dev.nodepool.internal.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Amounts;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private final Ledger ledger = new Ledger();

    private static Use use(String provider, String pool, long cores) {
        return new Use(provider, pool, "tenant", Amounts.of(Amounts.CORES, cores));
    }

    @Test
    void reservationEndsOnce() {
        var end = ledger.reserve(use("p", "main", 4));
        assertThat(ledger.used("p").get(Amounts.CORES)).isEqualTo(4);
        end.run();
        end.run();
        assertThat(ledger.used("p").get(Amounts.CORES)).isZero();
    }

    @Test
    void nodesUpToAnIdLeaveOutWhatCameLater() {
        ledger.enter("0000000001", use("p", "main", 1));
        ledger.enter("0000000002", use("p", "other", 2));
        ledger.enter("0000000003", use("p", "main", 4));
        assertThat(ledger.usedUpTo("p", "0000000002").get(Amounts.CORES)).isEqualTo(3);
        assertThat(ledger.usedUpTo("p", "main", "0000000003").get(Amounts.CORES))
                .isEqualTo(5);
    }

    @RepeatedTest(20)
    void sumsEqualARecountAfterAnything() {
        var random = new Random();
        var nodes = new HashMap<String, Use>();
        for (var i = 0; i < 500; i++) {
            var id = String.valueOf(random.nextInt(40));
            if (random.nextInt(3) == 0) {
                nodes.remove(id);
                ledger.remove(id);
            } else {
                var use = use("p" + random.nextInt(2), "pool" + random.nextInt(2), random.nextInt(9));
                nodes.put(id, use);
                ledger.enter(id, use);
            }
        }
        assertThat(ledger.used("p0").get(Amounts.CORES)).isEqualTo(cores(nodes, "p0", null));
        assertThat(ledger.used("p1", "pool1").get(Amounts.CORES)).isEqualTo(cores(nodes, "p1", "pool1"));
        assertThat(ledger.usedByTenant("tenant").get(Amounts.CORES)).isEqualTo(cores(nodes, null, null));
        nodes.keySet().removeIf(id -> id.compareTo("2") > 0);
        assertThat(ledger.usedUpTo("p0", "2").get(Amounts.CORES)).isEqualTo(cores(nodes, "p0", null));
        assertThat(ledger.usedUpTo("p0", "pool1", "2").get(Amounts.CORES)).isEqualTo(cores(nodes, "p0", "pool1"));
    }

    private static long cores(Map<String, Use> nodes, String provider, String pool) {
        return nodes.values().stream()
                .filter(u -> provider == null || u.provider().equals(provider))
                .filter(u -> pool == null || u.pool().equals(pool))
                .mapToLong(u -> u.amounts().get(Amounts.CORES))
                .sum();
    }
}
