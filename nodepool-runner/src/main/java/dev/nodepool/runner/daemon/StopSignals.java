package dev.nodepool.runner.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * The signals that end the process: the first asks for an orderly stop, a second ends it at once.
 *
 * <p>Handlers are installed rather than left to the VM's shutdown hooks, which know no order and leave no say in the exit
 * code. A signal that was ignored when the VM started stays ignored: that is HotSpot's rule for INT and TERM, and the
 * start scripts see to it. {@code sun.misc.Signal} is reached by
 * reflection: the compiler's warning about it can not be switched off, and here warnings are errors.
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
        NAMES.forEach(signals::handle);
    }

    void received(int number) {
        if (asked.compareAndSet(false, true)) {
            stop.run();
        } else {
            halt.accept(128 + number);
        }
    }

    private void handle(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invocation = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    received((int) signal.getMethod("getNumber").invoke(arguments[0]));
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "stop on SIG" + name;
            };
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(name),
                            Proxy.newProxyInstance(
                                    StopSignals.class.getClassLoader(), new Class<?>[] {handler}, invocation));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " can not be handled on this Java VM", e);
        }
    }
}
