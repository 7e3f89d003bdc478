package dev.nodepool.runner.library;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/** Who we are, for others. */
public final class ThisProgram {

    private ThisProgram() {}

    /** The version of the jar this runs from. */
    public static String version() {
        return Objects.requireNonNullElse(ThisProgram.class.getPackage().getImplementationVersion(), "development");
    }

    /** The full name of this host, {@code localhost} when it has none. */
    public static String host() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
