package dev.nodepool.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.testing.TcpProxy;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lines from a launcher to the servers are slow, break, half or whole, and sessions end. */
class ConnectionsEnsembleIT extends EnsembleBase {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int TIMES = 10;

    /** What is asked on a dead line is asked again after two thirds of a session. */
    private static final Duration BOUND = SESSION.plusSeconds(6);

    /** The other launcher's users wait for nothing; those of this one until its session is over and a new one serves. */
    private static final Duration SESSION_BOUND = SESSION.multipliedBy(2).plusSeconds(8);

    @Test
    void slowLineOnlyMakesSlow() throws Exception {
        lines.forEach(line -> line.delay(Duration.ofMillis(250)));
        users.awaitServed(40);
        lines.forEach(TcpProxy::mend);
        afterwards("line delayed by 250 ms each way", 1, BOUND);
    }

    @Test
    void linesThatBreakAgainAndAgainLoseNothing() throws Exception {
        for (var time = 0; time < TIMES; time++) {
            lines.forEach(TcpProxy::drop);
            users.awaitServed(4);
        }
        afterwards("connections broken", TIMES, BOUND);
    }

    @ParameterizedTest
    @EnumSource(TcpProxy.End.class)
    void linesThatAreHalfClosedAreFoundDead(TcpProxy.End told) throws Exception {
        for (var time = 0; time < 3; time++) {
            lines.forEach(line -> line.halfClose(told));
            users.awaitServed(10);
        }
        afterwards("connections half closed, the " + told.name().toLowerCase(Locale.ROOT) + " told", 3, BOUND);
    }

    @Test
    void sessionThatRunsOutInSilenceIsReplaced() throws Exception {
        lines.forEach(TcpProxy::stall);
        await("the launcher's registration ends with its session").atMost(LIMIT).until(() -> registered() == 2);
        lines.forEach(TcpProxy::mend);
        await("the launcher is back").atMost(LIMIT).until(() -> registered() == 4);
        afterwards("session run out on a silent line", 1, SESSION_BOUND);
    }

    @Test
    void sessionThatTheServerEndsIsReplaced() throws Exception {
        for (var time = 0; time < 3; time++) {
            var old = secondSession.getZookeeperClient().getZooKeeper();
            end(old.getSessionId(), old.getSessionPasswd());
            await("a new session")
                    .atMost(LIMIT)
                    .until(() ->
                            secondSession.getZookeeperClient().getZooKeeper().getSessionId() != old.getSessionId());
            await("the launcher is back").atMost(LIMIT).until(() -> registered() == 4);
            users.awaitServed(10);
        }
        afterwards("session ended by the servers", 3, SESSION_BOUND);
    }

    /** Closes a session from elsewhere: its owner is told that it has expired. */
    private static void end(long session, byte[] password) throws Exception {
        var connected = new CountDownLatch(1);
        try (var twin = new ZooKeeper(
                ensemble.connectString(),
                (int) SESSION.toMillis(),
                event -> {
                    if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                },
                session,
                password)) {
            assertThat(connected.await(20, TimeUnit.SECONDS))
                    .as("%s takes the session over", twin)
                    .isTrue();
        }
    }
}
