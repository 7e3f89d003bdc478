package dev.nodepool.driver.conformance;

import dev.nodepool.driver.ImageStore.Source;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The bytes of an image to upload. */
final class ScratchImage implements Source {

    /** Opens the bytes; fails when they can not be read. */
    private interface Opening {
        InputStream open() throws IOException;
    }

    private static final int CLUSTER = 1 << 16;

    private final long length;
    private final Opening opening;
    private final boolean readable;

    private ScratchImage(long length, boolean readable, Opening opening) {
        this.length = length;
        this.readable = readable;
        this.opening = opening;
    }

    static ScratchImage file(Path file) {
        try {
            return new ScratchImage(Files.size(file), true, () -> Files.newInputStream(file));
        } catch (IOException e) {
            throw new NotChecked("the image " + file + " can not be read: " + e, e);
        }
    }

    /** An image of a disk of a megabyte on which nothing is written. */
    static ScratchImage empty(String format) {
        var bytes = format.equals("qcow2") ? qcow2() : new byte[1 << 20];
        return new ScratchImage(bytes.length, true, () -> new ByteArrayInputStream(bytes));
    }

    /** A file that is there and breaks when it is read. */
    static ScratchImage unreadable() {
        return new ScratchImage(1 << 20, false, () -> {
            throw new IOException("made unreadable by the conformance kit");
        });
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public InputStream open() throws IOException {
        return opening.open();
    }

    /** In lower-case hex digits; any when the bytes can not be read. */
    String sum(String algorithm) {
        try {
            var digest = MessageDigest.getInstance(algorithm);
            if (readable) {
                try (var bytes = new DigestInputStream(open(), digest)) {
                    bytes.transferTo(java.io.OutputStream.nullOutputStream());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new NotChecked("the checksum of the image can not be made: " + e, e);
        }
    }

    /** Header, refcount table, one refcount block and a table of clusters without entries, each in its own cluster. */
    private static byte[] qcow2() {
        var image = ByteBuffer.allocate(4 * CLUSTER);
        image.putInt(0x514649fb).putInt(2); // magic, version
        image.putLong(0).putInt(0); // no backing file
        image.putInt(16).putLong(1 << 20).putInt(0); // cluster bits, size of the disk, no encryption
        image.putInt(1).putLong(3L * CLUSTER); // the table of clusters
        image.putLong(CLUSTER).putInt(1); // the refcount table
        image.putInt(0).putLong(0); // no snapshots
        image.putLong(CLUSTER, 2L * CLUSTER);
        for (int used = 0; used < 4; used++) {
            image.putShort(2 * CLUSTER + 2 * used, (short) 1);
        }
        return image.array();
    }
}
