package dev.nodepool.driver.openstack.clouds;

import java.util.Optional;

/**
 * How connections to a cloud are made safe. Certificates and keys are PEM texts, so that a new content of their files is
 * another setting.
 *
 * @param verify whether the servers' certificates and names are checked
 * @param authorities authorities to trust, empty for those of the Java platform
 * @param certificate our certificate with its chain, when the cloud asks for one
 * @param key the private key to it, PKCS 8
 */
public record Tls(boolean verify, Optional<String> authorities, Optional<String> certificate, Optional<String> key) {

    public static final Tls DEFAULT = new Tls(true, Optional.empty(), Optional.empty(), Optional.empty());

    /** Without the key. */
    @Override
    public String toString() {
        return "Tls[verify=" + verify + "]";
    }
}
