package dev.nodepool.driver.openstack;

import static dev.nodepool.driver.openstack.CloudFixture.failure;
import static dev.nodepool.driver.openstack.CloudFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.openstack.clouds.Tls;
import dev.nodepool.driver.openstack.rest.Clients;
import dev.nodepool.internal.tree.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIT {

    @TempDir
    static Path directory;

    private static TestCertificates ours;
    private static TestCertificates foreign;

    @BeforeAll
    static void makeCertificates() {
        ours = new TestCertificates(directory, "ours").issue("localhost", "RSA").issue("client", "RSA");
        foreign = new TestCertificates(directory, "foreign").issue("elsewhere", "RSA");
    }

    private static SSLContext server(TestCertificates certificates, String name) throws Exception {
        var password = TestCertificates.PASSWORD.toCharArray();
        var store = KeyStore.getInstance(certificates.store(name).toFile(), password);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static CloudFixture cloud(SSLContext tls, boolean strict, String more) throws IOException {
        var fixture = new CloudFixture(Files.createTempDirectory(directory, "cloud"), tls, strict);
        fixture.account(more);
        return fixture;
    }

    @Test
    void trustsTheAuthorityThatTheAccountNamesAndNoOther() throws Exception {
        var context = server(ours, "localhost");
        try (var fixture = cloud(context, false, "    cacert: " + ours.ca() + "\n")) {
            assertThat(get(fixture.provider().list()).complete()).isTrue();

            fixture.account("");
            var untrusted = failure(fixture.provider().list());
            assertThat(untrusted.fault()).isEqualTo(Fault.UNAVAILABLE);
            assertThat(untrusted).hasMessageContaining("SSLHandshakeException");

            fixture.account("    cacert: " + foreign.ca() + "\n");
            assertThat(failure(fixture.provider().list())).hasMessageContaining("SSLHandshakeException");
        }
    }

    @Test
    void trustsEachCloudByItself() throws Exception {
        try (var one = cloud(server(ours, "localhost"), false, "    cacert: " + ours.ca() + "\n");
                var other = cloud(server(foreign, "elsewhere"), false, "    cacert: " + foreign.ca() + "\n")) {
            get(one.provider().list());

            assertThat(failure(other.provider().list()))
                    .as("the certificate is of another name")
                    .hasMessageContaining("SSLHandshakeException");
            other.account("    verify: false\n");
            get(other.provider().list());
            get(one.provider().list());
        }
    }

    @Test
    void showsOurCertificateToACloudThatWantsIt() throws Exception {
        var authority = "    cacert: " + ours.ca() + "\n";
        var certificate = "    cert: " + ours.cert("client") + "\n    key: " + ours.keyFile("client") + "\n";
        try (var fixture = cloud(server(ours, "localhost"), true, authority + certificate)) {
            get(fixture.provider().list());

            fixture.account(authority);
            assertThat(failure(fixture.provider().list()).fault()).isEqualTo(Fault.UNAVAILABLE);
        }
    }

    @Test
    void readsTheOlderFormOfRsaKeys() throws Exception {
        var pem = Files.readString(ours.keyFile("client"));
        var pkcs8 = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
        // What PKCS 8 wraps around a key of this size are 26 bytes.
        var pkcs1 = Base64.getMimeEncoder().encodeToString(Arrays.copyOfRange(pkcs8, 26, pkcs8.length));
        var old = "-----BEGIN RSA PRIVATE KEY-----\n" + pkcs1 + "\n-----END RSA PRIVATE KEY-----\n";
        var file = Files.writeString(directory.resolve("old.pem"), Files.readString(ours.cert("client")) + old);
        try (var fixture =
                cloud(server(ours, "localhost"), true, "    cacert: " + ours.ca() + "\n    cert: " + file + "\n")) {
            get(fixture.provider().list());
        }
    }

    @Test
    void saysWhatIsWrongWithCertificatesAndKeys() throws Exception {
        var certificate = Files.readString(ours.cert("client"));

        refuses(new Tls(true, Optional.of("nothing"), Optional.empty(), Optional.empty()), "certificate");
        refuses(new Tls(true, Optional.empty(), Optional.of(certificate), Optional.of("x")), "BEGIN PRIVATE KEY");
    }

    private static void refuses(Tls tls, String why) {
        assertThatThrownBy(() -> new Clients().of(tls))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.INVALID_CONFIGURATION))
                .hasMessageContaining(why);
    }
}
