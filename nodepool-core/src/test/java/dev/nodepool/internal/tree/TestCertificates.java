package dev.nodepool.internal.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A small certificate authority in a directory, made with the JDK's keytool. */
public final class TestCertificates {

    public static final String PASSWORD = "changeit";

    private final Path directory;
    private final String authority;

    /** @param authority name of the authority, also of its store */
    public TestCertificates(Path directory, String authority) {
        this.directory = directory;
        this.authority = authority;
        keytool(authority, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + authority, "-ext", "bc:c");
        pem(authority + "-ca.pem", "CERTIFICATE", encoded(authority));
    }

    public Path ca() {
        return directory.resolve(authority + "-ca.pem");
    }

    /** Makes {@code name.p12}, {@code name-cert.pem} and {@code name-key.pem}, signed by the authority. */
    public TestCertificates issue(String name, String keyAlgorithm) {
        keytool(name, "-genkeypair", "-keyalg", keyAlgorithm, "-dname", "CN=" + name, "-alias", "self");
        keytool(name, "-certreq", "-alias", "self", "-file", path(name + ".csr"));
        keytool(
                authority,
                "-gencert",
                "-infile",
                path(name + ".csr"),
                "-outfile",
                path(name + ".crt"),
                "-ext",
                "san=dns:" + name);
        keytool(name, "-importcert", "-noprompt", "-alias", "ca", "-file", ca().toString());
        keytool(name, "-importcert", "-noprompt", "-alias", "self", "-file", path(name + ".crt"));
        pem(name + "-cert.pem", "CERTIFICATE", encoded(name));
        pem(name + "-key.pem", "PRIVATE KEY", key(name).getEncoded());
        return this;
    }

    public Path store(String name) {
        return directory.resolve(name + ".p12");
    }

    public Path cert(String name) {
        return directory.resolve(name + "-cert.pem");
    }

    public Path keyFile(String name) {
        return directory.resolve(name + "-key.pem");
    }

    Key key(String name) {
        try {
            return load(name).getKey("self", PASSWORD.toCharArray());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private byte[] encoded(String name) {
        try {
            var store = load(name);
            Certificate own = store.getCertificate(name.equals(authority) ? "mykey" : "self");
            return own.getEncoded();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private KeyStore load(String name) throws GeneralSecurityException {
        try {
            return KeyStore.getInstance(store(name).toFile(), PASSWORD.toCharArray());
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    Path pem(String file, String kind, byte[] content) {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        try {
            return Files.writeString(
                    directory.resolve(file),
                    "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
        } catch (IOException full) {
            throw new IllegalStateException(full);
        }
    }

    private String path(String file) {
        return directory.resolve(file).toString();
    }

    private void keytool(String store, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", path(store + ".p12"), "-storepass", PASSWORD, "-storetype", "PKCS12"));
        if (!command.contains("-file") && !command.contains("-infile")) {
            command.addAll(List.of("-validity", "30"));
        }
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("keytool.log").toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(
                        "keytool failed: " + Files.readString(directory.resolve("keytool.log")));
            }
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException("keytool can not be run", broken);
        }
    }
}
