package dev.nodepool.internal.tree;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads PEM files. Each failure is an {@link IllegalArgumentException} that names the file and shows nothing of it. */
final class PemFile {

    private record Block(String kind, byte[] content) {}

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s:,-]*?)-----END \\1-----");

    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;

    private final Path file;
    private final String what;

    /** @param what what the file is for, in the words of the configuration */
    PemFile(Path file, String what) {
        this.file = file;
        this.what = what;
    }

    /** All certificates, in the order of the file; at least one. */
    List<X509Certificate> certificates() {
        var found = new ArrayList<X509Certificate>();
        for (var block : blocks(kind -> kind.endsWith("CERTIFICATE"))) {
            try {
                found.add((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(block.content())));
            } catch (GeneralSecurityException malformed) {
                throw unusable("holds a certificate that can not be read", malformed);
            }
        }
        if (found.isEmpty()) {
            throw unusable("holds no certificate", null);
        }
        return List.copyOf(found);
    }

    /** The first private key: PKCS#8, or the older forms of RSA and EC keys. */
    PrivateKey key() {
        var found = blocks(kind -> kind.endsWith("PRIVATE KEY"));
        if (found.isEmpty()) {
            throw unusable("holds no private key", null);
        }
        var block = found.get(0);
        if (block.kind().startsWith("ENCRYPTED")) {
            throw unusable("holds an encrypted private key; there is no place for its password", null);
        }
        var pkcs8 = pkcs8(block);
        for (var algorithm : List.of("RSA", "EC", "EdDSA", "DSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException | RuntimeException another) {
                // The kind of the key stands inside it; the next algorithm may be the one.
            }
        }
        throw unusable("holds a private key that can not be read", null);
    }

    private byte[] pkcs8(Block block) {
        return switch (block.kind()) {
            case "RSA PRIVATE KEY" -> der(SEQUENCE, VERSION_0, RSA, der(OCTETS, block.content()));
            case "EC PRIVATE KEY" ->
                der(SEQUENCE, VERSION_0, der(SEQUENCE, EC, curve(block.content())), der(OCTETS, block.content()));
            default -> block.content();
        };
    }

    /** The name of the curve stands behind the key itself: sequence, version, octets, then [0] with the name. */
    private byte[] curve(byte[] key) {
        try {
            var at = key[1] < 0 ? 2 + (key[1] & 0x7f) : 2;
            at += 2 + key[at + 1];
            at += 2 + key[at + 1];
            if ((key[at] & 0xff) == 0xa0) {
                return Arrays.copyOfRange(key, at + 2, at + 2 + key[at + 1]);
            }
        } catch (IndexOutOfBoundsException cut) {
            throw unusable("holds an EC key that is cut off", cut);
        }
        throw unusable("holds an EC key without the name of its curve; openssl pkcs8 -topk8 makes a usable one", null);
    }

    private List<Block> blocks(Predicate<String> wanted) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw unusable("can not be read", unreadable);
        }
        var blocks = new ArrayList<Block>();
        var matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (wanted.test(matcher.group(1))) {
                var encrypted = matcher.group(2).contains("ENCRYPTED");
                try {
                    blocks.add(new Block(
                            encrypted ? "ENCRYPTED " + matcher.group(1) : matcher.group(1),
                            encrypted ? new byte[0] : Base64.getMimeDecoder().decode(matcher.group(2))));
                } catch (IllegalArgumentException malformed) {
                    throw unusable("is not proper PEM", malformed);
                }
            }
        }
        return blocks;
    }

    private IllegalArgumentException unusable(String why, @org.jspecify.annotations.Nullable Exception cause) {
        var reason = cause instanceof IOException ? ": " + cause : "";
        return new IllegalArgumentException("zookeeper-tls " + what + ": " + file + " " + why + reason, cause);
    }

    private static byte[] der(int tag, byte[]... parts) {
        var length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        var out = new java.io.ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
