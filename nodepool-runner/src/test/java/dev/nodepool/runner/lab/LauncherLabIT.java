package dev.nodepool.runner.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests from beginning to end on a real cloud. */
class LauncherLabIT extends LabBase {

    /** Made once for the process, or every few minutes, whatever the number of nodes. */
    private static final long SELDOM = 5;

    @Test
    void fulfilsEveryRequestWithTwoCallsANodeAndLeavesNothing() throws Exception {
        try (var launcher = launcher(List.of("lab"), provider("", pool("main", "", "lab")))) {
            serves(launcher, SIZE, "lab");
        }
        var calls = calls();
        assertThat(calls.of("compute POST /servers").ended("202").all()).hasSize(SIZE);
        assertThat(calls.of("compute DELETE /servers/ID").ended("204").all()).hasSize(SIZE);
        assertThat(calls.without("compute POST /servers")
                        .without("compute DELETE /servers/ID")
                        .without("compute GET /servers/detail")
                        .counts())
                .allSatisfy(
                        (operation, count) -> assertThat(count).as(operation).isLessThanOrEqualTo(SELDOM));
        assertListedAtMostOnceASecond(calls);
    }

    @Test
    void fulfilsEveryRequestWithFloatingIpsAndGivesThemBack() throws Exception {
        var pool = pool("main", "", "lab").replace("auto-floating-ip: false", "auto-floating-ip: true");
        try (var launcher = launcher(List.of("lab"), provider("", pool))) {
            serves(launcher, SIZE, "lab");
        }
        var calls = calls();
        // Not exactly as many: when neutron is too busy to answer in time, a server may be given up with what it had.
        assertThat(calls.of("network POST /floatingips").all()).hasSizeGreaterThanOrEqualTo(SIZE);
        assertThat(calls.of("network DELETE /floatingips/ID").ended("204").all())
                .hasSizeGreaterThanOrEqualTo(SIZE);
        assertListedAtMostOnceASecond(calls);
    }

    @Test
    void usesBothPoolsEachInItsZone() throws Exception {
        var few = "max-servers: " + Math.max(2, SIZE / 5);
        var pools = pool("one", "availability-zones: [az1]", "lab").replace("max-servers: 200", few)
                + pool("two", "availability-zones: [az2]", "lab").replace("max-servers: 200", few);
        try (var launcher = launcher(List.of("lab"), provider("", pools));
                var client = client(SIZE, "lab")) {
            assertThat(client.waitFor(LIMIT))
                    .as(() -> client.output() + launcher.told())
                    .isZero();
            assertThat(client.output())
                    .contains("\"one az1\": ", "\"two az2\": ")
                    .doesNotContain("one az2", "two az1");
        }
        awaitNothingLeft();
    }

    @Test
    void waitsWhereTheCloudHasRoomForTwoAndFailsNothing() throws Exception {
        var provider = provider("", pool("main", "", "lab")).replace("cloud: faulty", "cloud: tiny");
        try (var launcher = launcher(List.of("lab"), provider)) {
            serves(launcher, SIZE, "lab");
        }
    }

    @Test
    void declinesWhatFitsOnNoHostAndSaysWhyInTheWordsOfTheCloud() throws Exception {
        var provider = provider("", pool("main", "", "lab")).replace("lab.tiny", "lab.impossible");
        try (var launcher = launcher(List.of("lab"), provider);
                var client = client(SIZE, "lab")) {
            assertThat(client.waitFor(LIMIT)).as(launcher::told).isOne();
            assertThat(client.output())
                    .contains("\"fulfilled\": 0", "is failed")
                    .doesNotContain("no answer");
            assertThat(launcher.out()).contains("No valid host was found");
        }
        awaitNothingLeft();
    }

    @Test
    void callsAnIdleCloudThriceAMinuteAtMost() throws Exception {
        var minutes = 2;
        try (var launcher = launcher(List.of("lab"), provider("", pool("main", "", "lab")))) {
            serves(launcher, 1, "lab");
            var served = lab.proxyLog().mark();
            await("nothing is under way any more")
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> silentFor(5, served));
            var idle = lab.proxyLog().mark();
            var end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
            await().atMost(Duration.ofMinutes(minutes + 1)).until(() -> System.nanoTime() > end);
            var calls = lab.proxyLog().since(idle);
            assertThat(calls.all()).as(() -> calls.counts().toString()).hasSizeLessThanOrEqualTo(3 * minutes);
        }
    }

    private boolean silentFor(int seconds, long from) throws IOException {
        var now = System.currentTimeMillis() / 1000.0;
        return lab.proxyLog().since(from).all().stream().noneMatch(call -> call.seconds() > now - seconds);
    }

    private static void assertListedAtMostOnceASecond(ProxyLog.Calls calls) {
        var lists = calls.of("compute GET /servers/detail").all();
        var seconds = lists.get(lists.size() - 1).seconds() - lists.get(0).seconds();
        // The first may have been longer on its way than the last.
        assertThat(lists.size() - 1).as("lists within " + seconds + " s").isLessThanOrEqualTo((int) Math.ceil(seconds));
    }
}
