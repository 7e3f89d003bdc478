package dev.nodepool.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.config.ZooKeeperConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsMaterialTest {

    @TempDir
    static Path directory;

    private static TestCertificates certificates;

    @BeforeAll
    static void makeCertificates() {
        certificates = new TestCertificates(directory, "ca").issue("rsa", "RSA").issue("ec", "EC");
    }

    private static TlsMaterial read(Path cert, Path key, Path ca) {
        return TlsMaterial.read(new ZooKeeperConfig.Tls(cert, key, ca, false));
    }

    private static void expectRefusal(Path cert, Path key, Path ca, Path named, String why) {
        assertThatThrownBy(() -> read(cert, key, ca))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named.toString())
                .hasMessageContaining(why);
    }

    @Test
    void combinedFileHoldsCertificateAndKey() throws Exception {
        var combined = read(certificates.cert("rsa"), certificates.keyFile("rsa"), certificates.ca())
                .combined();
        assertThat(combined).content().contains("BEGIN CERTIFICATE").contains("BEGIN PRIVATE KEY");
        assertThat(new PemFile(combined, "copy").key()).isEqualTo(certificates.key("rsa"));
        Files.delete(combined);
    }

    @Test
    void olderFormOfRsaKeyIsRead() {
        // PKCS#8 of an RSA key: 26 bytes of wrapping around PKCS#1 for keys of more than 255 bytes.
        var pkcs8 = certificates.key("rsa").getEncoded();
        var file = certificates.pem("pkcs1.pem", "RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length));
        assertThat(new PemFile(file, "key").key()).isEqualTo(certificates.key("rsa"));
    }

    @Test
    void olderFormOfEllipticKeyIsRead() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var key = (ECPrivateKey) generator.generateKeyPair().getPrivate();
        var number = String.format("%064x", key.getS());
        var sec1 = HexFormat.of().parseHex("3031" + "020101" + "0420" + number + "a00a" + "06082a8648ce3d030107");
        var file = certificates.pem("sec1.pem", "EC PRIVATE KEY", sec1);
        assertThat(((ECPrivateKey) new PemFile(file, "key").key()).getS()).isEqualTo(key.getS());
    }

    @Test
    void unusableFilesAreNamed() throws Exception {
        var cert = certificates.cert("rsa");
        var key = certificates.keyFile("rsa");
        var ca = certificates.ca();
        var missing = directory.resolve("missing.pem");
        var empty = Files.writeString(directory.resolve("empty.pem"), "nothing here");
        var garbled = certificates.pem("garbled.pem", "CERTIFICATE", new byte[] {1, 2, 3});
        var brokenKey = certificates.pem("broken-key.pem", "PRIVATE KEY", new byte[] {1, 2, 3});
        var locked = certificates.pem("locked.pem", "ENCRYPTED PRIVATE KEY", new byte[] {1, 2, 3});
        expectRefusal(missing, key, ca, missing, "can not be read");
        expectRefusal(cert, missing, ca, missing, "can not be read");
        expectRefusal(cert, key, missing, missing, "can not be read");
        expectRefusal(empty, key, ca, empty, "no certificate");
        expectRefusal(cert, empty, ca, empty, "no private key");
        expectRefusal(cert, key, garbled, garbled, "certificate that can not be read");
        expectRefusal(cert, brokenKey, ca, brokenKey, "private key that can not be read");
        expectRefusal(cert, locked, ca, locked, "encrypted");
        expectRefusal(cert, certificates.keyFile("ec"), ca, certificates.keyFile("ec"), "not the key of");
    }

    @Test
    void openRefusesBeforeItConnects() {
        var missing = directory.resolve("missing.pem");
        var config = new ZooKeeperConfig(
                List.of("127.0.0.1:1"),
                "",
                Duration.ofSeconds(10),
                Optional.of(new ZooKeeperConfig.Tls(missing, missing, missing, false)));
        assertThatThrownBy(() -> CuratorTree.open(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zookeeper-tls cert: " + missing);
    }
}
