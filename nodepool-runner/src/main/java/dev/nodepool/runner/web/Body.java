package dev.nodepool.runner.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The body of an answer, packed once however often it is sent. Thread-safe. */
public final class Body {

    /** Below, packing costs more than it saves. */
    private static final int WORTH_PACKING = 1_000;

    private final byte[] plain;
    private volatile byte @Nullable [] packed;

    Body(String text) {
        this(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param utf8 belongs to the body from now on */
    Body(byte[] utf8) {
        plain = utf8;
    }

    byte[] plain() {
        return plain;
    }

    boolean worthPacking() {
        return plain.length >= WORTH_PACKING;
    }

    byte[] gzip() {
        byte[] known = packed;
        if (known == null) {
            known = pack();
            packed = known;
        }
        return known;
    }

    private byte[] pack() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (GZIPOutputStream gzip = new FastGzip(bytes)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What is packed lives for a second: better levels take three times as long for a tenth less. */
    private static final class FastGzip extends GZIPOutputStream {

        FastGzip(OutputStream to) throws IOException {
            super(to, 8 * 1024);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Body body && Arrays.equals(plain, body.plain);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(plain);
    }

    @Override
    public String toString() {
        return new String(plain, StandardCharsets.UTF_8);
    }
}
