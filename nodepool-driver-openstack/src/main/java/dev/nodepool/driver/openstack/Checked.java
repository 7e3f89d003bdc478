package dev.nodepool.driver.openstack;

import dev.nodepool.driver.ImageStore.Source;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an image on their way, with a checksum of what was really sent. Each opening begins anew; the checksum is
 * that of the last one.
 */
final class Checked {

    private static final long NOTE_EVERY = 8 << 20;

    private final Source source;
    private final LongConsumer sent;
    private volatile @Nullable Counting last;

    /** @param sent told the bytes sent so far, now and then */
    Checked(Source source, LongConsumer sent) {
        this.source = source;
        this.sent = sent;
    }

    long length() {
        return source.length();
    }

    InputStream open() throws IOException {
        var fresh = new Counting(source.open());
        last = fresh;
        return fresh;
    }

    /** SHA-512 of what was sent, as hex digits; empty when not all of it was. */
    String sha512() {
        var stream = last;
        return stream == null || stream.count != length() ? "" : stream.hex();
    }

    private final class Counting extends FilterInputStream {

        private final MessageDigest digest = digest();
        private long count;
        private long noted;

        private Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            var n = super.read(into, from, length);
            if (n > 0) {
                digest.update(into, from, n);
                count += n;
            }
            if (n < 0 || count - noted >= NOTE_EVERY) {
                noted = count;
                sent.accept(count);
            }
            return n;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private String hex() {
            try {
                return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the JDK's digests can be copied", e);
            }
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }
}
