package dev.nodepool.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a file held when it was looked at.
 *
 * @param bytes empty when it could not be read
 * @param trouble why it could not be read, null when it could
 */
record Content(byte[] bytes, @Nullable IOException trouble) {

    private static final byte[] NOTHING = {};

    static Content of(Path file) {
        try {
            return new Content(Files.readAllBytes(file), null);
        } catch (IOException e) {
            return new Content(NOTHING, e);
        }
    }

    boolean absent() {
        return trouble instanceof NoSuchFileException;
    }

    String text() throws IOException {
        if (trouble != null) {
            throw trouble;
        }
        var text = decode();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private String decode() throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
