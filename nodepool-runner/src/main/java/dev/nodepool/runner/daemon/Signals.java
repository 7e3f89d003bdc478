package dev.nodepool.runner.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Signals to this process. {@code sun.misc.Signal} is reached by reflection: the compiler's warning about it can not be
 * switched off, and here warnings are errors.
 */
public final class Signals {

    private Signals() {}

    /** From now on SIGHUP runs an action, which must not block, instead of ending the process. */
    public static void onHangUp(Runnable action) {
        handle("HUP", number -> action.run());
    }

    /**
     * From now on SIGUSR2 runs an action, which must not block. The very first thing to do: without a handler the signal ends
     * the process.
     */
    public static void onDebug(Runnable action) {
        handle("USR2", number -> action.run());
    }

    /**
     * Installs a handler,for the rest of the life of this process.
     *
     * @param name of the signal, without SIG
     * @param action given the signal's number
     */
    static void handle(String name, IntConsumer action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invocation = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.accept((int) signal.getMethod("getNumber").invoke(arguments[0]));
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "handler of SIG" + name;
            };
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(name),
                            Proxy.newProxyInstance(
                                    Signals.class.getClassLoader(), new Class<?>[] {handler}, invocation));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " can not be handled on this Java VM", e);
        }
    }
}
