package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.openstack.clouds.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Makes TLS as an account file asks for it. */
final class Trust {

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", Pattern.DOTALL);
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN (RSA |)PRIVATE KEY-----(.*?)-----END", Pattern.DOTALL);
    private static final char[] NO_PASSWORD = {};

    private Trust() {}

    static SSLContext context(Tls tls) throws DriverException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(keys(tls), authorities(tls), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            var text = "certificates or key of the cloud can not be used: " + e.getMessage();
            throw new DriverException(Fault.INVALID_CONFIGURATION, text, null, e);
        }
    }

    private static TrustManager @Nullable [] authorities(Tls tls) throws GeneralSecurityException, IOException {
        if (!tls.verify()) {
            return new TrustManager[] {new Anybody()};
        }
        if (tls.authorities().isEmpty()) {
            return null;
        }
        var store = emptyStore();
        int count = 0;
        for (var authority : certificates(tls.authorities().get())) {
            store.setCertificateEntry("ca" + count++, authority);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager @Nullable [] keys(Tls tls) throws GeneralSecurityException, IOException {
        if (tls.certificate().isEmpty()) {
            return null;
        }
        var chain = certificates(tls.certificate().get()).toArray(Certificate[]::new);
        var store = emptyStore();
        store.setKeyEntry("key", key(tls.key().orElse("")), NO_PASSWORD, chain);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static List<Certificate> certificates(String pem) throws GeneralSecurityException {
        var factory = CertificateFactory.getInstance("X.509");
        var found = new ArrayList<Certificate>();
        // A key may stand in the same file, which the factory does not like.
        var blocks = CERTIFICATE.matcher(pem);
        while (blocks.find()) {
            var block = blocks.group().getBytes(StandardCharsets.US_ASCII);
            found.add(factory.generateCertificate(new ByteArrayInputStream(block)));
        }
        if (found.isEmpty()) {
            throw new GeneralSecurityException("no certificate in the file");
        }
        return found;
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        var found = KEY.matcher(pem);
        if (!found.find()) {
            throw new GeneralSecurityException(
                    "no key of the form \"BEGIN PRIVATE KEY\" in the file (openssl pkcs8 -topk8 -nocrypt makes one)");
        }
        var bytes = Base64.getMimeDecoder().decode(found.group(2));
        var spec = new PKCS8EncodedKeySpec(found.group(1).isEmpty() ? bytes : wrapped(bytes));
        for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException ofAnotherAlgorithm) {
                // The next one may fit.
            }
        }
        throw new GeneralSecurityException("a key of an unknown algorithm");
    }

    /** The older form of RSA keys in the one that Java reads: version 0, the name of RSA, then the key as a string. */
    private static byte[] wrapped(byte[] rsa) {
        var head = new byte[] {
            2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
        };
        return der(0x30, joined(head, der(4, rsa)));
    }

    /** Keys are longer than 255 bytes and shorter than 65536. */
    private static byte[] der(int tag, byte[] content) {
        var n = content.length;
        return joined(new byte[] {(byte) tag, (byte) 0x82, (byte) (n >> 8), (byte) n}, content);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** For {@code verify: false}. Being of the extended kind it also keeps the platform from checking host names. */
    private static final class Anybody extends X509ExtendedTrustManager {

        private static final X509Certificate[] NONE = {};

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return NONE;
        }
    }
}
