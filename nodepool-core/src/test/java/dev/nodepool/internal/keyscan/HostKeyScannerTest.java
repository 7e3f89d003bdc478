package dev.nodepool.internal.keyscan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.testing.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostKeyScannerTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> KEYS = List.of("ssh-ed25519 AAAA");

    private record Look(Endpoint endpoint, int attempt, CompletableFuture<List<String>> answer) {}

    private final ManualTime time = new ManualTime();
    private final List<Look> looks = new ArrayList<>();
    private final HostKeyScanner scanner = new HostKeyScanner(
            (endpoint, attempt) -> {
                var look = new Look(endpoint, attempt, new CompletableFuture<>());
                looks.add(look);
                return look.answer();
            },
            new Threads(time, Runnable::run, time));

    @AfterEach
    void nothingIsUnderWay() {
        assertThat(looks).allMatch(look -> look.answer().isDone());
        assertThat(time.waiting()).isZero();
    }

    private CompletableFuture<List<String>> scan(int host) {
        return scanner.scan(new Endpoint("10.0.0." + host, 22, true), LIMIT);
    }

    private void refuse(int look) {
        looks.get(look).answer().completeExceptionally(new IOException("refused"));
    }

    private static String failure(CompletableFuture<?> scan) {
        assertThat(scan).isCompletedExceptionally();
        return scan.handle((x, failure) -> failure instanceof CompletionException ? failure.getCause() : failure)
                .thenApply(failure -> {
                    assertThat(failure).isInstanceOf(KeyScanException.class);
                    return failure.getMessage();
                })
                .join();
    }

    @Test
    void givesTheKeysOfTheFirstLookThatSucceeds() {
        var scan = scan(1);
        refuse(0);
        assertThat(looks).hasSize(1);
        time.advance(HostKeyScanner.PAUSE);
        looks.get(1).answer().complete(KEYS);
        assertThat(scan).isCompletedWithValue(KEYS);
        assertThat(looks).extracting(Look::attempt).containsExactly(0, 1);
    }

    @Test
    void triesUntilItsTimeIsOverAndSaysWhatWasInTheWay() {
        var scan = scan(1);
        for (var i = 0; i < 60; i++) {
            refuse(i);
            time.advance(HostKeyScanner.PAUSE);
        }
        assertThat(looks).hasSize(60);
        assertThat(failure(scan)).isEqualTo("10.0.0.1:22: no host keys within 60 s: refused (attempt 60)");
    }

    @Test
    void endsALookThatGoesOnWhenItsTimeIsOver() {
        var scan = scan(1);
        time.advance(LIMIT.minusMillis(1));
        assertThat(scan).isNotDone();
        time.advance(Duration.ofMillis(1));
        assertThat(failure(scan)).isEqualTo("10.0.0.1:22: no host keys within 60 s: no answer");
        assertThat(looks.get(0).answer()).isCancelled();
    }

    @Test
    void looksAtNoMoreThanItsBoundAtOnceAndInTheOrderAsked() {
        var scans = new ArrayList<CompletableFuture<List<String>>>();
        for (var i = 0; i < 250; i++) {
            scans.add(scan(i));
        }
        for (var done = 0; done < 250; done++) {
            assertThat(looks).hasSize(Math.min(250, HostKeyScanner.MOST_LOOKS + done));
            looks.get(done).answer().complete(KEYS);
        }
        assertThat(scans).allMatch(scan -> scan.join().equals(KEYS));
        assertThat(looks).extracting(look -> look.endpoint().address()).doesNotHaveDuplicates();
    }

    @Test
    void machinesThatAreNotUpTakeNoPlaceBetweenLooks() {
        var down = new ArrayList<CompletableFuture<List<String>>>();
        for (var i = 0; i < HostKeyScanner.MOST_LOOKS; i++) {
            down.add(scan(i));
            refuse(i);
        }
        var up = scan(200);
        looks.get(HostKeyScanner.MOST_LOOKS).answer().complete(KEYS);
        assertThat(up).isCompletedWithValue(KEYS);
        down.forEach(scan -> scan.cancel(true));
    }

    @Test
    void scanThatNeverGotItsTurnSaysSo() {
        var stuck = new ArrayList<CompletableFuture<List<String>>>();
        for (var i = 0; i < HostKeyScanner.MOST_LOOKS; i++) {
            stuck.add(scanner.scan(new Endpoint("stuck", 22, true), LIMIT.plusSeconds(1)));
        }
        var late = scan(1);
        time.advance(LIMIT);
        assertThat(failure(late)).contains("never its turn");
        assertThat(looks).hasSize(HostKeyScanner.MOST_LOOKS);
        stuck.forEach(scan -> scan.cancel(true));
    }

    @Test
    void cancelledScanEndsInEveryState() {
        var looking = scan(1);
        looking.cancel(true);
        assertThat(looks.get(0).answer()).isCancelled();
        var pausing = scan(2);
        refuse(1);
        pausing.cancel(true);
        time.advance(LIMIT);
        assertThat(looks).hasSize(2);
    }

    @Test
    void cancelledWhileItWaitsItIsNeverLookedAt() {
        for (var i = 0; i < HostKeyScanner.MOST_LOOKS; i++) {
            scan(i);
        }
        scan(200).cancel(true);
        var next = scan(201);
        looks.get(0).answer().complete(KEYS);
        assertThat(looks.get(HostKeyScanner.MOST_LOOKS).endpoint().address()).isEqualTo("10.0.0.201");
        scanner.close();
        assertThat(failure(next)).contains("closed");
    }

    @Test
    void portWithoutKeysIsNamedAsSuch() {
        var scan = scanner.scan(new Endpoint("fe80::1", 5986, false), LIMIT);
        time.advance(LIMIT);
        assertThat(failure(scan)).isEqualTo("[fe80::1]:5986: no connection within 60 s: no answer");
    }

    @Test
    void closingEndsAllScansAndRefusesMore() {
        var under = scan(1);
        scanner.close();
        assertThat(failure(under)).contains("given up");
        assertThat(failure(scan(2))).contains("closed");
        assertThat(looks).hasSize(1);
    }

    @Test
    void connectionTypesThatHaveHostKeysAreSshAndNetworkCli() {
        assertThat(List.of("ssh", "network_cli", "winrm", "other"))
                .map(type -> Endpoint.of("h", 22, type).hasKeys())
                .containsExactly(true, true, false, false);
    }
}
