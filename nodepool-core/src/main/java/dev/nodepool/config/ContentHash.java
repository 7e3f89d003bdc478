package dev.nodepool.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells whether files changed, by their contents and not by their times, which editors and mounts get wrong. */
final class ContentHash {

    private ContentHash() {}

    /** The hash of all the files; one that can not be read counts as different from any that can. */
    static String of(Iterable<Content> files) {
        var digest = sha256();
        for (var file : files) {
            var trouble = file.trouble();
            if (trouble == null) {
                update(digest, file.bytes());
            } else {
                update(digest, trouble.getClass().getName().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(String text) {
        var digest = sha256();
        update(digest, text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The length goes first, so that what moves from one file to the next is a change. */
    private static void update(MessageDigest digest, byte[] content) {
        digest.update((content.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(content);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
