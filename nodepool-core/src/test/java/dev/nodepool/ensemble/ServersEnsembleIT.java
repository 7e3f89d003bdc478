package dev.nodepool.ensemble;

import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.testing.ZooKeeperProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Servers die, are cut off, stand still and are slow. */
class ServersEnsembleIT extends EnsembleBase {

    /** A client looks for another server after two thirds of its session, and the servers for another leader. */
    private static final Duration BOUND = SESSION.plusSeconds(10);

    @Test
    void killedLeaderIsReplacedAndComesBack() throws Exception {
        var leader = ensemble.leader();
        ensemble.server(leader).kill();
        ensemble.awaitOtherLeader(leader);
        users.awaitServed(20);
        ensemble.server(leader).startAgain();
        ensemble.awaitRole(leader, "follower");
        afterwards("leader killed and started again", 1, BOUND);
    }

    @Test
    void followerThatIsCutOffLosesItsClientsToTheOthers() throws Exception {
        var follower = ensemble.follower();
        ensemble.cutOff(follower);
        ensemble.awaitNotServing(follower);
        users.awaitServed(60);
        ensemble.reconnect(follower);
        ensemble.awaitRole(follower, "follower");
        afterwards("follower cut off from the quorum ports", 1, BOUND);
    }

    @Test
    void leaderThatStandsStillIsReplacedAndLearnsIt() throws Exception {
        var leader = ensemble.leader();
        ensemble.server(leader).signal("STOP");
        try {
            ensemble.awaitOtherLeader(leader);
            users.awaitServed(20);
        } finally {
            ensemble.server(leader).signal("CONT");
        }
        ensemble.awaitRole(leader, "follower");
        afterwards("leader stopped and continued", 1, BOUND);
    }

    @Test
    void serversThatAreSlowOneAfterTheOtherServeAll() throws Exception {
        var signals = new AtomicInteger();
        for (var number = 0; number < Ensemble.SERVERS; number++) {
            var server = ensemble.server(number);
            var timer = Executors.newSingleThreadScheduledExecutor(Threads.daemons("slow"));
            // Three quarters of the time it stands still.
            timer.scheduleAtFixedRate(
                    () -> {
                        signals.incrementAndGet();
                        send(server, "STOP");
                        timer.schedule(() -> send(server, "CONT"), 300, TimeUnit.MILLISECONDS);
                    },
                    0,
                    400,
                    TimeUnit.MILLISECONDS);
            users.awaitServed(40);
            timer.shutdownNow();
            timer.awaitTermination(10, TimeUnit.SECONDS);
            send(server, "CONT");
        }
        afterwards("server stopped for 0.3 s, again and again", signals.get(), BOUND);
    }

    private static void send(ZooKeeperProcess server, String signal) {
        try {
            server.signal(signal);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void rollingRestartIsNotNoticed() throws Exception {
        for (var number = 0; number < Ensemble.SERVERS; number++) {
            ensemble.server(number).stop();
            users.awaitServed(10);
            ensemble.server(number).startAgain();
            ensemble.server(number).awaitServing();
            users.awaitServed(10);
        }
        afterwards("servers stopped and started one by one", Ensemble.SERVERS, BOUND);
    }
}
