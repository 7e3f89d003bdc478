package dev.nodepool.runner.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The body of an answer, packed once however often it is sent. Thread-safe. */
public final class Body {

    /** Below, packing costs more than it saves. */
    private static final int WORTH_PACKING = 1_000;

    private final byte[] plain;
    private volatile byte @Nullable [] packed;

    Body(String text) {
        plain = text.getBytes(StandardCharsets.UTF_8);
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
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
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
