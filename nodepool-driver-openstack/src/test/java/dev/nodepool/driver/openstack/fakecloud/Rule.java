package dev.nodepool.driver.openstack.fakecloud;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Something that goes wrong with calls of one kind, a number of times. Thread-safe. */
public final class Rule {

    private final String service;
    private final String method;
    private final Pattern path;
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicInteger used = new AtomicInteger();
    private final AtomicInteger atATime = new AtomicInteger();
    private final AtomicInteger mostAtATime = new AtomicInteger();
    volatile @Nullable Reply reply;
    volatile Duration delay = Duration.ZERO;
    volatile Duration after = Duration.ZERO;
    volatile boolean drop;
    volatile boolean lose;

    Rule(String service, String method, String path) {
        this.service = service;
        this.method = method;
        this.path = Pattern.compile(path);
    }

    /** Only so many calls. */
    public Rule times(int times) {
        left.set(times);
        return this;
    }

    /** The cloud answers this instead. */
    public Rule answer(Reply instead) {
        reply = instead;
        return this;
    }

    public Rule answer(int status, String message) {
        return answer(Reply.error(status, message));
    }

    /** The call waits before it is done. */
    public Rule delay(Duration time) {
        delay = time;
        return this;
    }

    /** The call is done at once and its answer waits. */
    public Rule answerAfter(Duration time) {
        after = time;
        return this;
    }

    /** The connection is closed before anything is done. */
    public Rule drop() {
        drop = true;
        return this;
    }

    /** The call is done, and the connection closed without an answer. */
    public Rule lose() {
        lose = true;
        return this;
    }

    public int used() {
        return used.get();
    }

    /** How many calls of this kind were there at once. */
    public int mostAtATime() {
        return mostAtATime.get();
    }

    void begins() {
        var now = atATime.incrementAndGet();
        mostAtATime.accumulateAndGet(now, Math::max);
    }

    void ends() {
        atATime.decrementAndGet();
    }

    boolean takes(Seen call) {
        var fits = call.service().equals(service)
                && call.method().equals(method)
                && path.matcher(call.path()).find();
        if (fits && left.getAndUpdate(n -> n == 0 ? 0 : n == Integer.MAX_VALUE ? n : n - 1) > 0) {
            used.incrementAndGet();
            return true;
        }
        return false;
    }
}
