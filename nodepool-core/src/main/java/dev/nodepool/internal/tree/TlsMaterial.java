package dev.nodepool.internal.tree;

import dev.nodepool.config.ZooKeeperConfig.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * The three PEM files of a TLS connection, read and checked.
 *
 * <p>ZooKeeper reads its key material itself, at every connection, and wants certificate and key in one file. Users have
 * two, so there is a private copy of both for as long as the client lives.
 */
final class TlsMaterial {

    private static final char[] NO_PASSWORD = {};

    private final Tls files;
    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final List<X509Certificate> authorities;

    private TlsMaterial(Tls files, List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
        this.files = files;
        this.chain = chain;
        this.key = key;
        this.authorities = authorities;
    }

    /** @throws IllegalArgumentException if a file can not be used */
    static TlsMaterial read(Tls files) {
        var read = new TlsMaterial(
                files,
                new PemFile(files.cert(), "cert").certificates(),
                new PemFile(files.key(), "key").key(),
                new PemFile(files.ca(), "ca").certificates());
        if (!read.keyBelongsToCertificate()) {
            throw new IllegalArgumentException(
                    "zookeeper-tls key: " + files.key() + " is not the key of the certificate in " + files.cert());
        }
        return read;
    }

    Tls files() {
        return files;
    }

    private boolean keyBelongsToCertificate() {
        var kind = key.getAlgorithm();
        var algorithm = kind.equals("EC") ? "SHA256withECDSA" : kind.startsWith("Ed") ? kind : "SHA256with" + kind;
        var text = new byte[] {1, 2, 3};
        try {
            var signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            var signature = signing.sign();
            var verifying = Signature.getInstance(algorithm);
            verifying.initVerify(chain.get(0).getPublicKey());
            verifying.update(text);
            return verifying.verify(signature);
        } catch (GeneralSecurityException otherKind) {
            return false;
        }
    }

    /** Writes certificate chain and key into one new file that only this user can read. */
    Path combined() throws IOException {
        var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
        var text = new StringBuilder();
        try {
            for (var certificate : chain) {
                append(text, "CERTIFICATE", encoder.encodeToString(certificate.getEncoded()));
            }
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("The certificates can not be written", unreadable);
        }
        append(text, "PRIVATE KEY", encoder.encodeToString(key.getEncoded()));
        var file = Files.createTempFile(
                "nodepool-zookeeper",
                ".pem",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private static void append(StringBuilder text, String kind, String content) {
        text.append("-----BEGIN ").append(kind).append("-----\n");
        text.append(content).append("\n-----END ").append(kind).append("-----\n");
    }

    /** Settings of ZooKeeper's client for these files. */
    ZKClientConfig settings(Path combined) {
        var settings = new ZKClientConfig();
        settings.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        settings.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        // The client's default is 1.3 alone, which servers of ZooKeeper 3.8 refuse.
        settings.setProperty("zookeeper.ssl.enabledProtocols", "TLSv1.3,TLSv1.2");
        settings.setProperty("zookeeper.ssl.keyStore.location", combined.toString());
        settings.setProperty("zookeeper.ssl.keyStore.type", "PEM");
        settings.setProperty("zookeeper.ssl.keyStore.password", "");
        settings.setProperty("zookeeper.ssl.trustStore.location", files.ca().toString());
        settings.setProperty("zookeeper.ssl.trustStore.type", "PEM");
        settings.setProperty("zookeeper.ssl.trustStore.password", "");
        settings.setProperty("zookeeper.ssl.hostnameVerification", Boolean.toString(files.verifyHostName()));
        return settings;
    }

    /** What a handshake of our own with the same files needs. */
    SSLContext context() throws GeneralSecurityException, IOException {
        var keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, NO_PASSWORD);
        keys.setKeyEntry("client", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, NO_PASSWORD);

        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, NO_PASSWORD);
        for (var i = 0; i < authorities.size(); i++) {
            trusted.setCertificateEntry("ca" + i, authorities.get(i));
        }
        var trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(trusted);

        var context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }
}
