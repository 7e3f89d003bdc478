package dev.nodepool.internal.runtime;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who we are, as others see us in ZooKeeper. */
public final class Host {

    private Host() {}

    /** The full name of this host, {@code localhost} when it has none. */
    public static String name() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    public static long pid() {
        return ProcessHandle.current().pid();
    }
}
