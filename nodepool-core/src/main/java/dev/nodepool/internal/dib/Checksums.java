package dev.nodepool.internal.dib;

import dev.nodepool.internal.retention.LocalImages.Build;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Checksums of an image.
 *
 * @param md5 lower-case hex digits
 * @param sha256 lower-case hex digits
 */
public record Checksums(String md5, String sha256) {

    private static final int CHUNK = 1 << 20;

    /** An image that is not what its checksum file says. */
    public static final class Mismatch extends IOException {

        private static final long serialVersionUID = 1L;

        Mismatch(String message) {
            super(message);
        }
    }

    /**
     * Reads an image once, compares with the checksum files that are there, and writes those that are not. Blocks for as
     * long as reading takes.
     *
     * @param read told the bytes read so far, now and then
     * @param stopped whether nobody wants the answer any more
     * @throws Mismatch when a file says something else
     */
    public static Checksums ensure(
            ImageFiles files, Build build, String format, LongConsumer read, BooleanSupplier stopped)
            throws IOException {
        var image = files.image(build, format);
        var sums = compute(image, read, stopped);
        check(image, files.md5(build, format), sums.md5());
        check(image, files.sha256(build, format), sums.sha256());
        return sums;
    }

    /** What the checksum files say, without reading the image; empty texts for those that are not there. */
    public static Checksums stored(ImageFiles files, Build build, String format) throws IOException {
        return new Checksums(
                written(files.md5(build, format)).orElse(""),
                written(files.sha256(build, format)).orElse(""));
    }

    static Checksums compute(Path image, LongConsumer read, BooleanSupplier stopped) throws IOException {
        var md5 = digest("MD5");
        var sha256 = digest("SHA-256");
        var chunk = ByteBuffer.allocate(CHUNK);
        try (var channel = FileChannel.open(image, StandardOpenOption.READ)) {
            long sum = 0;
            while (channel.read(chunk.clear()) >= 0) {
                if (stopped.getAsBoolean()) {
                    throw new IOException("checking " + image + " was given up");
                }
                sum += chunk.position();
                md5.update(chunk.flip());
                sha256.update(chunk.rewind());
                read.accept(sum);
            }
        }
        var hex = HexFormat.of();
        return new Checksums(hex.formatHex(md5.digest()), hex.formatHex(sha256.digest()));
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    private static void check(Path image, Path file, String sum) throws IOException {
        var written = written(file);
        if (written.isPresent() && !written.get().equals(sum)) {
            throw new Mismatch(file + " says " + written.get() + ", but " + image + " has " + sum);
        }
        if (written.isEmpty()) {
            // As a whole or not at all: a half written sum would condemn a good image later.
            var fresh = file.resolveSibling(file.getFileName() + "-new");
            Files.write(fresh, (sum + "  " + image + "\n").getBytes(StandardCharsets.UTF_8));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Optional<String> written(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var text = Files.readString(file, StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text.split("\\s", 2)[0].toLowerCase(Locale.ROOT));
    }
}
