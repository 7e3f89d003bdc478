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

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);
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
        var found = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        if (found.isEmpty()) {
            throw new GeneralSecurityException("no certificate in the file");
        }
        return List.copyOf(found);
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        var found = KEY.matcher(pem);
        if (!found.find()) {
            throw new GeneralSecurityException(
                    "no key of the form \"BEGIN PRIVATE KEY\" in the file (openssl pkcs8 -topk8 -nocrypt makes one)");
        }
        var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
        for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException ofAnotherAlgorithm) {
                continue;
            }
        }
        throw new GeneralSecurityException("a key of an unknown algorithm");
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
