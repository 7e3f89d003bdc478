package dev.nodepool.driver.openstack;

import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;

/** What this machine can reach. */
final class LocalHost {

    private LocalHost() {}

    /** Whether it has an IPv6 address that leads beyond its own network. */
    static boolean hasIpv6() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(a -> a instanceof Inet6Address
                            && !a.isLoopbackAddress()
                            && !a.isLinkLocalAddress()
                            && !a.isAnyLocalAddress());
        } catch (SocketException noInterfaces) {
            return false;
        }
    }
}
