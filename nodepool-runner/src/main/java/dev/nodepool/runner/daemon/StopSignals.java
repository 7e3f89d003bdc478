package dev.nodepool.runner.daemon;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * The signals that end the process: the first asks for an orderly stop, a second ends it at once.
 *
 * <p>Handlers are installed rather than left to the VM's shutdown hooks, which know no order and leave no say in the exit
 * code. A signal that was ignored when the VM started stays ignored: that is HotSpot's rule for INT and TERM, and the
 * start scripts see to it.
 */
public final class StopSignals {

    /** USR1 is a habit from the early days of Nodepool and means the same as INT. */
    private static final List<String> NAMES = List.of("INT", "TERM", "USR1");

    private final AtomicBoolean asked = new AtomicBoolean();
    private final Runnable stop;
    private final IntConsumer halt;

    StopSignals(Runnable stop, IntConsumer halt) {
        this.stop = stop;
        this.halt = halt;
    }

    /**
     * Installs the handlers, for the rest of the life of this process.
     *
     * @param stop asks for the orderly stop; must not block
     */
    public static void install(Runnable stop) {
        StopSignals signals = new StopSignals(stop, Runtime.getRuntime()::halt);
        NAMES.forEach(name -> Signals.handle(name, signals::received));
    }

    void received(int number) {
        if (asked.compareAndSet(false, true)) {
            stop.run();
        } else {
            halt.accept(128 + number);
        }
    }
}
